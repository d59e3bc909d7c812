import { useSignal } from '@preact/signals'
import { attempt } from '../../state/asked.ts'
import { formatCount } from '../../text/format.ts'
import { post } from '../../wire/client.ts'
import { periodName } from '../codes.ts'
import type { Release } from '../wire.ts'
import { PublishForm } from './publish-form.tsx'
import { RevisionTable } from './revision-table.tsx'
import type { NewRelease, Trial } from './wire.ts'
import { w } from './words.ts'

/** In two steps, for it cannot be taken back: first what it would be, then the release itself. */
export function Publish({ published }: { published(): void }) {
  const draft = useSignal<{ readonly of: NewRelease; readonly shown: Trial } | null>(null)
  const said = useSignal<string | null>(null)
  const fault = useSignal<string | null>(null)
  const isBusy = useSignal(false)

  const ask = async (doing: () => Promise<void>): Promise<void> => {
    if (isBusy.value) return
    isBusy.value = true
    said.value = null
    fault.value = await attempt(doing)
    isBusy.value = false
  }
  const preview = (of: NewRelease): void => {
    fault.value = missing(of)
    if (fault.value !== null) return
    void ask(async () => {
      draft.value = { of, shown: await post<Trial>('/releases?dryRun=true', of) }
    })
  }
  const confirm = (of: NewRelease): void =>
    void ask(async () => {
      const { id } = await post<Release>('/releases', of)
      draft.value = null
      said.value = w('publish.done', { id })
      published()
    })

  return (
    <section class="card release-card" aria-labelledby="publish-title" data-testid="publish">
      <h3 class="card-title" id="publish-title">
        {w('publish.title')}
      </h3>
      <p class="muted small">{w('publish.about')}</p>
      <PublishForm isBusy={isBusy.value} isShut={draft.value !== null} preview={preview} />
      {draft.value !== null && (
        <Preview
          {...draft.value}
          isBusy={isBusy.value}
          confirm={confirm}
          cancel={() => (draft.value = null)}
        />
      )}
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
      {said.value !== null && (
        <p class="publish-said" role="status" data-testid="publish-said">
          {said.value}
        </p>
      )}
    </section>
  )
}

function missing({ periods, kind, reason }: NewRelease): string | null {
  if (periods.length === 0) return w('publish.required')
  return kind === 'CORRECTION' && reason === '' ? w('publish.required.reason') : null
}

interface PreviewProps {
  readonly of: NewRelease
  readonly shown: Trial
  readonly isBusy: boolean
  confirm(of: NewRelease): void
  cancel(): void
}

function Preview({ of, shown, isBusy, confirm, cancel }: PreviewProps) {
  return (
    <section class="publish-preview" aria-label={w('publish.preview')} data-testid="publish-draft">
      <h4 class="card-title">{w('publish.preview')}</h4>
      <ul>
        {shown.periods.map(({ period, figures, changed, removed }) => (
          <li key={period}>
            {w('publish.figures', {
              period: periodName(period),
              count: formatCount(figures),
              changed: formatCount(changed),
              removed: formatCount(removed),
            })}
          </li>
        ))}
      </ul>
      {shown.total === 0 ? <p>{w('publish.unchanged')}</p> : <RevisionTable revisions={shown} />}
      <div class="publish-buttons">
        <button
          type="button"
          class="button button-main"
          disabled={isBusy}
          onClick={() => confirm(of)}
          data-testid="publish-confirm"
        >
          {w('publish.confirm', { periods: of.periods.map(periodName).join(', ') })}
        </button>
        <button type="button" class="button" onClick={cancel}>
          {w('publish.cancel')}
        </button>
      </div>
    </section>
  )
}
