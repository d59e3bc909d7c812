import { t } from '../text/messages.ts'
import { SEVERITIES } from '../wire/alarm.ts'
import type { Faults } from './body.ts'
import { type Draft, idFor } from './draft.ts'
import { Field } from './field.tsx'
import { w } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly faults: Faults
  readonly isNew: boolean
}

/** What the alarm of a rule is called, how bad it is, and what to do about it. */
export function AlarmFields({ draft, change, faults, isNew }: Props) {
  // Until somebody writes an id of his own, it follows the English name.
  const named = (nameEn: string): Partial<Draft> =>
    isNew && (draft.id === '' || draft.id === idFor(draft.nameEn))
      ? { nameEn, id: idFor(nameEn) }
      : { nameEn }
  const text = (name: 'nameVi' | 'nameEn' | 'adviceVi' | 'adviceEn', hint?: string) => (
    <Field path={name} label={w(`edit.${name}`)} faults={faults} {...(hint === undefined ? {} : { hint })}>
      {(wiring) => (
        <input
          {...wiring}
          class="input"
          maxLength={200}
          value={draft[name]}
          onInput={({ currentTarget: { value } }) =>
            change(name === 'nameEn' ? named(value) : { [name]: value })
          }
          data-testid={`rule-${name}`}
        />
      )}
    </Field>
  )
  return (
    <>
      {text('nameVi')}
      {text('nameEn')}
      <Field path="severity" label={w('severity')} faults={faults}>
        {(wiring) => (
          <select
            {...wiring}
            class="select"
            value={draft.severity}
            onChange={({ currentTarget }) =>
              change({ severity: SEVERITIES.find((one) => one === currentTarget.value) ?? 'medium' })
            }
            data-testid="rule-severity"
          >
            {SEVERITIES.toReversed().map((severity) => (
              <option key={severity} value={severity}>
                {t(`severity.${severity}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {isNew && (
        <Field path="id" label={w('edit.id')} hint={w('edit.idHint')} faults={faults}>
          {(wiring) => (
            <input
              {...wiring}
              class="input"
              autocomplete="off"
              spellcheck={false}
              maxLength={100}
              value={draft.id}
              onInput={({ currentTarget }) => change({ id: currentTarget.value })}
              data-testid="rule-id"
            />
          )}
        </Field>
      )}
      {text('adviceVi', w('edit.adviceHint'))}
      {text('adviceEn')}
      <label class="rule-check">
        <input
          type="checkbox"
          checked={draft.isEnabled}
          onChange={({ currentTarget }) => change({ isEnabled: currentTarget.checked })}
        />
        {w('edit.on')}
      </label>
    </>
  )
}
