import { useSignal } from '@preact/signals'
import { FieldMapper } from './field-mapper.tsx'
import type { Field } from './meanings.ts'
import { type Line, verdictLines } from './verdict.ts'
import type { Judged } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly judged: Judged
  /** Null: a trial. */
  readonly outcome: { readonly stored: number; readonly duplicate: number } | null
  /** Whose profile is changed when a field is given a meaning; null: nobody's, it is only looked at. */
  readonly field: Omit<Field, 'path'> | null
  readonly payload: string
  readonly changed: () => void
  /** Somebody works on a field of it, or is done. */
  readonly mending?: (isOn: boolean) => void
}

const MARKS = { good: '✓', doubt: '!', bad: '✕', plain: '·' } as const

/** What became of a message, in words; what a meaning would mend can be mended right there. */
export function VerdictView({ judged, outcome, field, payload, changed, mending }: Props) {
  const open = useSignal<string | null>(null)
  const show = (path: string | null): void => {
    open.value = path
    mending?.(path !== null)
  }
  return (
    <ul class="verdict-lines" data-testid="verdict">
      {verdictLines(judged, outcome).map((line) => (
        <li class={`verdict-line verdict-${line.tone}`} key={line.text}>
          <span class="verdict-mark" aria-hidden="true">
            {MARKS[line.tone]}
          </span>
          <span class="verdict-text">
            {line.text}
            {line.detail !== undefined && <span class="small verdict-detail">{line.detail}</span>}
          </span>
          {field !== null && line.mend && (
            <MendButton line={line} isOpen={open.value === line.mend.path} show={show} />
          )}
          {field !== null && line.mend && open.value === line.mend.path && (
            <FieldMapper
              field={{ ...field, path: line.mend.path }}
              code={line.mend.code}
              payload={payload}
              changed={() => {
                mending?.(false)
                changed()
              }}
              close={() => show(null)}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

interface MendProps {
  readonly line: Line
  readonly isOpen: boolean
  readonly show: (path: string | null) => void
}

function MendButton({ line, isOpen, show }: MendProps) {
  const path = line.mend?.path ?? null
  return (
    <button
      type="button"
      class="button"
      aria-expanded={isOpen}
      onClick={() => show(isOpen ? null : path)}
      data-testid="mend"
      data-path={path}
    >
      {w(line.mend?.code === 'unit_not_convertible' ? 'verdict.mendUnit' : 'verdict.mend')}
    </button>
  )
}
