import { useSignal } from '@preact/signals'
import { attempt } from '../../state/asked.ts'
import { formatCount } from '../../text/format.ts'
import { post } from '../../wire/client.ts'
import { periodName } from '../codes.ts'
import type { Release } from '../wire.ts'
import { PublishForm } from './publish-form.tsx'
import { RevisionTable } from './revision-table.tsx'
import type { Draft, NewRelease } from './wire.ts'
import { w } from './words.ts'

/** In two steps, for it cannot be taken back: first what it would be, then the release itself. */
export function Publish({ published }: { published(): void }) {
  const draft = useSignal<{ readonly of: NewRelease; readonly shown: Draft } | null>(null)
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
    if (of.periods.length === 0 || of.reason === '') {
      fault.value = w('publish.required')
      return
    }
    void ask(async () => {
      draft.value = { of, shown: await post<Draft>('/releases?dryRun=true', of) }
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

interface PreviewProps {
  readonly of: NewRelease
  readonly shown: Draft
  readonly isBusy: boolean
  confirm(of: NewRelease): void
  cancel(): void
}

function Preview({ of, shown, isBusy, confirm, cancel }: PreviewProps) {
  const { items = [], figures } = shown
  return (
    <section class="publish-preview" aria-label={w('publish.preview')} data-testid="publish-draft">
      <h4 class="card-title">{w('publish.preview')}</h4>
      {figures !== undefined && <p>{w('publish.figures', { count: formatCount(figures) })}</p>}
      {items.length === 0 ? <p>{w('publish.unchanged')}</p> : <RevisionTable items={items} />}
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
