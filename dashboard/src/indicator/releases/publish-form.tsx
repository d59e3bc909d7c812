import { useSignal } from '@preact/signals'
import { view } from '../view.ts'
import type { Release } from '../wire.ts'
import type { NewRelease } from './wire.ts'
import { w } from './words.ts'

const KINDS = ['ROUTINE', 'MAJOR', 'CORRECTION'] as const

interface Props {
  readonly isBusy: boolean
  /** While its preview is shown the form stays as it was sent. */
  readonly isShut: boolean
  preview(of: NewRelease): void
}

/** What is to be published, and why. */
export function PublishForm({ isBusy, isShut, preview }: Props) {
  const periods = useSignal(view.value.period ?? '')
  const kind = useSignal<Release['kind']>('ROUTINE')
  const isFinal = useSignal(false)
  const reason = useSignal('')
  const submit = (event: Event): void => {
    event.preventDefault()
    preview({
      periods: periods.value.split(/[\s,;]+/).filter(Boolean),
      kind: kind.value,
      final: isFinal.value,
      reason: reason.value.trim(),
    })
  }
  return (
    <form class="publish-form" onSubmit={submit} inert={isShut}>
      <Words name="periods" value={periods.value} change={(value) => (periods.value = value)} />
      <label class="pick">
        <span>{w('publish.kind')}</span>
        <select
          class="select"
          value={kind.value}
          onChange={({ currentTarget: { value } }) => {
            kind.value = KINDS.find((known) => known === value) ?? 'ROUTINE'
          }}
          data-testid="publish-kind"
        >
          {KINDS.map((option) => (
            <option key={option} value={option}>
              {w(`kind.${option}`)}
            </option>
          ))}
        </select>
      </label>
      <Words name="reason" value={reason.value} change={(value) => (reason.value = value)} />
      <label class="publish-final">
        <input
          type="checkbox"
          checked={isFinal.value}
          onChange={(event) => (isFinal.value = event.currentTarget.checked)}
          data-testid="publish-final"
        />{' '}
        {w('publish.isFinal')}
      </label>
      <button type="submit" class="button button-main" disabled={isBusy} data-testid="publish-preview">
        {w(isBusy ? 'publish.busy' : 'publish.try')}
      </button>
    </form>
  )
}

interface WordsProps {
  readonly name: 'periods' | 'reason'
  readonly value: string
  change(value: string): void
}

function Words({ name, value, change }: WordsProps) {
  const hint = `publish-${name}-hint`
  return (
    <label class="pick">
      <span>{w(`publish.${name}`)}</span>
      <input
        class="input"
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
        aria-describedby={hint}
        data-testid={`publish-${name}`}
      />
      <span class="muted small" id={hint}>
        {w(`publish.${name}Hint`)}
      </span>
    </label>
  )
}
