import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Faults } from './body.ts'

/** What an input takes from the label, hint and fault around it. */
interface Wiring {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
}

interface Props {
  /** Of the body that is sent: the server names it where something is wrong. */
  readonly path: string
  readonly label: string
  readonly hint?: string
  readonly faults: Faults
  readonly isWide?: boolean
  readonly children: (wiring: Wiring) => ComponentChildren
}

export function Field({ path, label, hint, faults, isWide = false, children }: Props) {
  const id = useId()
  const fault = faults[path]
  const described = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`]
  const wiring = {
    id,
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
    'aria-invalid': fault !== undefined,
  }
  return (
    <div class={isWide ? 'rule-field rule-field-wide' : 'rule-field'}>
      <label for={id}>{label}</label>
      {children(wiring)}
      {hint !== undefined && (
        <span id={`${id}-hint`} class="muted small">
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span id={`${id}-fault`} class="error small" data-testid={`fault-${path}`}>
          {fault}
        </span>
      )}
    </div>
  )
}
