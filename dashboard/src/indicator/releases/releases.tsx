import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../../state/asked.ts'
import { mayEnterInputs, signedIn } from '../../state/sign-in.ts'
import { t } from '../../text/messages.ts'
import type { Release } from '../wire.ts'
import { Calendar } from './calendar.tsx'
import { Compare } from './compare.tsx'
import { Publish } from './publish.tsx'
import { ReleaseList } from './release-list.tsx'
import { w } from './words.ts'
import './releases.css'

/** What was published when, and what changed from one to the next. */
export function Releases() {
  const version = useSignal(0)
  const { body, error } = useAsked<{ items: readonly Release[] }>('/releases', version.value).value
  const who = signedIn.value
  const mayPublish = who !== null && who !== 'asking' && mayEnterInputs(who)
  const releases = body?.items ?? []
  return (
    <div class="releases" data-testid="releases">
      <section class="card release-card" aria-labelledby="releases-title">
        <h3 class="card-title" id="releases-title">
          {w('title')}
        </h3>
        {error !== null && (
          <p class="error" role="alert">
            {w('failed', { detail: errorText(error) })}
          </p>
        )}
        {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
        {body !== null && releases.length === 0 && <p class="muted">{w('none')}</p>}
        {releases.length > 0 && <ReleaseList releases={releases} />}
      </section>
      {body !== null && <Compare releases={releases} key={releases[0]?.id} />}
      {mayPublish && <Publish published={() => version.value++} />}
      <Calendar mayPlan={mayPublish} version={version.value} />
    </div>
  )
}
