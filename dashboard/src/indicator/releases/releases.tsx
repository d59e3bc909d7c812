import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../../state/asked.ts'
import { setQuery } from '../../state/route.ts'
import { signedIn } from '../../state/sign-in.ts'
import { formatMoment } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import { periodName } from '../codes.ts'
import type { Release } from '../wire.ts'
import { Compare } from './compare.tsx'
import { Publish } from './publish.tsx'
import { w } from './words.ts'
import './releases.css'

const PUBLISHERS: ReadonlySet<string> = new Set(['statistician', 'admin'])

/** What was published when, and what changed from one to the next. */
export function Releases() {
  const version = useSignal(0)
  const { body, error } = useAsked<{ items: readonly Release[] }>('/releases', version.value).value
  const who = signedIn.value
  const mayPublish = who !== null && who !== 'asking' && PUBLISHERS.has(who.role)
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
        {releases.length > 0 && <List releases={releases} />}
      </section>
      {body !== null && <Compare releases={releases} key={releases[0]?.id} />}
      {mayPublish && <Publish published={() => version.value++} />}
    </div>
  )
}

function List({ releases }: { releases: readonly Release[] }) {
  return (
    <div class="figures-scroll">
      <table class="figures">
        <thead>
          <tr>
            {(['id', 'published', 'kind', 'periods', 'reason', 'inputs'] as const).map((column) => (
              <th scope="col" key={column}>
                {w(`col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {releases.map(({ id, publishedAt, kind, isFinal, periods = [], reason, inputsSha256 }) => (
            <tr key={id} data-testid="release" data-release={id}>
              <th scope="row">
                <button
                  type="button"
                  class="figure-name"
                  title={w('show')}
                  onClick={() => setQuery({ asOf: publishedAt })}
                >
                  {id}
                </button>
              </th>
              <td>{formatMoment(Date.parse(publishedAt))}</td>
              <td>
                {w(`kind.${kind}`)} <span class="tag">{w(isFinal ? 'final' : 'provisional')}</span>
              </td>
              <td>{periods.map(periodName).join(', ')}</td>
              <td class="release-reason">{reason}</td>
              <td>
                <code class="small" title={inputsSha256}>
                  {inputsSha256.slice(0, 12)}…
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
