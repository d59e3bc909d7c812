import { type Signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { formatExact } from '../text/format.ts'
import { formatUnit } from '../text/units.ts'
import type { ArgValue, CommandArgument, CommandModel } from '../wire/command.ts'
import type { Entity } from '../wire/entity.ts'
import { argName, firstArgs } from './values.ts'
import { w } from './words.ts'

type Draft = Readonly<Record<string, ArgValue>>

interface Props {
  readonly entity: Entity
  readonly model: CommandModel
  readonly prepare: (args: Draft) => void
}

/** The first step: what is to be asked. It sends nothing. */
export function CommandForm({ entity, model, prepare }: Props) {
  // Until somebody touches it, it follows what is reported.
  const touched = useSignal<Draft | null>(null)
  const draft = touched.value ?? firstArgs(entity, model)
  const fault = useSignal<string | null>(null)
  const submit = (event: Event): void => {
    event.preventDefault()
    fault.value = faultOf(model, draft)
    if (fault.value === null) prepare(draft)
  }
  return (
    <form class="command-form" onSubmit={submit} noValidate>
      {Object.entries(model.args).map(([name, argument]) => (
        <Argument
          key={name}
          name={name}
          argument={argument}
          value={draft[name] ?? ''}
          set={(value) => {
            touched.value = { ...draft, [name]: value }
          }}
        />
      ))}
      <button type="submit" class="button" data-testid="prepare">
        {w('prepare')}
      </button>
      <Fault fault={fault} />
    </form>
  )
}

function Fault({ fault }: { fault: Signal<string | null> }) {
  return fault.value === null ? null : (
    <p class="error" role="alert">
      {fault.value}
    </p>
  )
}

function faultOf({ args }: CommandModel, draft: Draft): string | null {
  for (const [name, argument] of Object.entries(args)) {
    const value = draft[name]
    if (argument.kind !== 'number') continue
    if (typeof value === 'number' && value >= argument.min && value <= argument.max) continue
    const { min, max, unit } = argument
    return `${argName(name)}: ${w('range', { min: formatExact(min), max: formatExact(max), unit: formatUnit(unit) })}`
  }
  return null
}

interface ArgumentProps<A> {
  readonly name: string
  readonly argument: A
  readonly value: ArgValue
  readonly set: (value: ArgValue) => void
}

function Argument({ name, argument, value, set }: ArgumentProps<CommandArgument>) {
  switch (argument.kind) {
    case 'number':
      return <NumberArgument name={name} argument={argument} value={value} set={set} />
    case 'boolean':
      return <SwitchArgument name={name} value={value} set={set} />
    case 'choice':
      return <ChoiceArgument name={name} argument={argument} value={value} set={set} />
  }
}

function NumberArgument({
  name,
  argument: { min, max, unit },
  value,
  set,
}: ArgumentProps<Extract<CommandArgument, { kind: 'number' }>>) {
  const id = useId()
  const step = max - min >= 20 ? 1 : 'any'
  const read = (text: string): void => set(text.trim() === '' ? '' : Number(text))
  const isWrong = typeof value !== 'number' || !(value >= min && value <= max)
  return (
    <div class="command-number">
      <label for={id}>{argName(name)}</label>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={typeof value === 'number' ? value : min}
        aria-label={w('slider', { name: argName(name) })}
        onInput={(event) => read(event.currentTarget.value)}
      />
      <input
        id={id}
        class="input command-box"
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        value={String(value)}
        aria-invalid={isWrong}
        onInput={(event) => read(event.currentTarget.value)}
        data-testid={`arg-${name}`}
      />
      <span class="unit">{formatUnit(unit)}</span>
    </div>
  )
}

function SwitchArgument({ name, value, set }: Omit<ArgumentProps<CommandArgument>, 'argument'>) {
  return (
    <fieldset class="command-switch">
      <legend>{argName(name)}</legend>
      <div class="segments">
        {[true, false].map((one) => (
          <button
            key={String(one)}
            type="button"
            class="segment"
            aria-pressed={value === one}
            onClick={() => set(one)}
            data-testid={`arg-${name}-${one}`}
          >
            {w(one ? 'true' : 'false')}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

function ChoiceArgument({
  name,
  argument,
  value,
  set,
}: ArgumentProps<Extract<CommandArgument, { kind: 'choice' }>>) {
  const id = useId()
  return (
    <div class="command-number">
      <label for={id}>{argName(name)}</label>
      <select
        id={id}
        class="select"
        value={String(value)}
        onChange={(event) => set(event.currentTarget.value)}
        data-testid={`arg-${name}`}
      >
        {argument.choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </div>
  )
}
