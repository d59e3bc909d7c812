import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

interface LabelledProps {
  readonly label: string
  readonly hint?: string
  readonly children: (id: string) => ComponentChildren
}

export function Labelled({ label, hint, children }: LabelledProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <span class="muted small">{hint}</span>}
    </div>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly set: (value: string) => void
  readonly testId: string
}

export function TextField({
  label,
  hint,
  value,
  set,
  testId,
  autoFocus = false,
}: FieldProps & { readonly autoFocus?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autoFocus) input.current?.focus()
  }, [])
  return (
    <Labelled label={label} {...(hint === undefined ? {} : { hint })}>
      {(id) => (
        <input
          id={id}
          ref={input}
          class="input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
          data-testid={testId}
        />
      )}
    </Labelled>
  )
}

export function Choice({
  label,
  hint,
  value,
  set,
  options,
  testId,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }) {
  return (
    <Labelled label={label} {...(hint === undefined ? {} : { hint })}>
      {(id) => (
        <select
          id={id}
          class="select"
          value={value}
          onChange={(event) => set(event.currentTarget.value)}
          data-testid={testId}
        >
          {options.map(([option, text]) => (
            <option value={option} key={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}
