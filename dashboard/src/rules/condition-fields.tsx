import { entityTypes, nameOf, quantities, quantityName } from '../state/catalogue.ts'
import type { Quantity } from '../wire/catalogue.ts'
import type { Faults } from './body.ts'
import { FIELDS, type FieldSpec } from './condition-specs.ts'
import type { Draft } from './draft.ts'
import { TIME_UNITS } from './durations.ts'
import { Field } from './field.tsx'
import { byName, unitOf } from './rule-text.ts'
import { KINDS } from './wire.ts'
import { type WordKey, w } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly faults: Faults
}

/** The kind of the condition, and what that kind needs. */
export function ConditionFields({ draft, change, faults }: Props) {
  return (
    <>
      <Field
        path="condition.kind"
        label={w('edit.kind')}
        hint={w(`about.${draft.kind}`)}
        faults={faults}
        isWide
      >
        {(wiring) => (
          <select
            {...wiring}
            class="select"
            value={draft.kind}
            onChange={({ currentTarget }) =>
              change({ kind: KINDS.find((kind) => kind === currentTarget.value) ?? 'threshold' })
            }
            data-testid="rule-kind"
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {w(`kind.${kind}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {FIELDS[draft.kind].map((spec) => (
        <OneField key={spec.name} spec={spec} draft={draft} change={change} faults={faults} />
      ))}
    </>
  )
}

function OneField({ spec, draft, change, faults }: Props & { readonly spec: FieldSpec }) {
  const set = (name: string, value: string) => change({ fields: { ...draft.fields, [name]: value } })
  const one = { spec, draft, faults, set }
  if (spec.as === 'quantity') return <QuantityFields {...one} />
  if (spec.as === 'duration') return <DurationField {...one} />
  return <TextField {...one} />
}

interface OneProps {
  readonly spec: FieldSpec
  readonly draft: Draft
  readonly faults: Faults
  readonly set: (name: string, value: string) => void
}

/** Some have a hint of their own. */
const HINTS: ReadonlySet<string> = new Set(['hysteresis', 'deviations', 'expression'])
const hintOf = (name: string): { hint?: string } =>
  HINTS.has(name) ? { hint: w(`field.${name}Hint` as WordKey) } : {}

function TextField({ spec: { name, as, hasUnit }, draft, faults, set }: OneProps) {
  const isText = as === 'text'
  const unit = hasUnit ? unitOf(draft.fields.quantity) : ''
  return (
    <Field
      path={`condition.${name}`}
      label={w(`field.${name}`)}
      faults={faults}
      isWide={isText}
      {...hintOf(name)}
    >
      {(wiring) => (
        <span class="rule-with-unit">
          <input
            {...wiring}
            class={isText ? 'input rule-code' : 'input'}
            inputMode={isText ? 'text' : 'decimal'}
            autocomplete="off"
            spellcheck={false}
            value={draft.fields[name] ?? ''}
            onInput={({ currentTarget }) => set(name, currentTarget.value)}
            data-testid={`rule-${name}`}
          />
          {unit !== '' && <span class="muted">{unit}</span>}
        </span>
      )}
    </Field>
  )
}

function DurationField({ spec: { name }, draft, faults, set }: OneProps) {
  const label = w(`field.${name}`)
  return (
    <Field path={`condition.${name}`} label={label} faults={faults}>
      {(wiring) => (
        <span class="rule-with-unit">
          <input
            {...wiring}
            class="input"
            inputMode="decimal"
            autocomplete="off"
            value={draft.fields[name] ?? ''}
            onInput={({ currentTarget }) => set(name, currentTarget.value)}
            data-testid={`rule-${name}`}
          />
          <select
            class="select"
            aria-label={w('unit.of', { field: label })}
            value={draft.fields[`${name}.unit`] ?? '1'}
            onChange={({ currentTarget }) => set(`${name}.unit`, currentTarget.value)}
            data-testid={`rule-${name}-unit`}
          >
            {TIME_UNITS.toReversed().map((unit) => (
              <option key={unit} value={String(unit)}>
                {w(`unit.${unit}`)}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  )
}

function QuantityFields({ spec: { name }, draft, faults, set }: OneProps) {
  const usual = new Set(draft.types.flatMap((type) => entityTypes.value.get(type)?.quantities ?? []))
  const all = [...quantities.value.values()].filter(({ kind }) => kind === 'measure').sort(byName)
  const option = (quantity: Quantity) => (
    <option key={quantity.id} value={quantity.id}>
      {nameOf(quantity)}
    </option>
  )
  return (
    <>
      <Field path={`condition.${name}`} label={w('field.quantity')} faults={faults}>
        {(wiring) => (
          <select
            {...wiring}
            class="select"
            value={draft.fields.quantity ?? ''}
            onChange={({ currentTarget }) => set('quantity', currentTarget.value)}
            data-testid="rule-quantity"
          >
            <option value="">
              {draft.kind === 'implausible' ? w('says.anyQuantity') : w('field.chooseQuantity')}
            </option>
            {usual.size > 0 && (
              <optgroup label={w('field.usual')}>
                {[...usual].map((id) => (
                  <option key={id} value={id}>
                    {quantityName(id)}
                  </option>
                ))}
              </optgroup>
            )}
            <optgroup label={w('field.allQuantities')}>
              {all.filter(({ id }) => !usual.has(id)).map(option)}
            </optgroup>
          </select>
        )}
      </Field>
      <Field path="channel" label={w('field.channel')} hint={w('field.channelHint')} faults={faults}>
        {(wiring) => (
          <input
            {...wiring}
            class="input"
            autocomplete="off"
            value={draft.fields.channel ?? ''}
            onInput={({ currentTarget }) => set('channel', currentTarget.value)}
            data-testid="rule-channel"
          />
        )}
      </Field>
    </>
  )
}
