import { formatExact } from '../text/format.ts'
import { formatUnit } from '../text/units.ts'
import type { ArgValue, CommandArgument, CommandModel } from '../wire/command.ts'
import type { Entity } from '../wire/entity.ts'
import { w, wordOr } from './words.ts'

type Args = Readonly<Record<string, ArgValue>>

export const argName = (name: string): string => wordOr(`arg.${name}`, name)

/** "30 %", "0 % (đóng hẳn)", "Bật". */
export function argText(name: string, argument: CommandArgument | undefined, value: ArgValue): string {
  if (typeof value === 'boolean') return w(value ? 'true' : 'false')
  if (typeof value === 'string' || argument?.kind !== 'number') return String(value)
  const end = value === argument.min ? 'min' : value === argument.max ? 'max' : ''
  const meaning = wordOr(`${name}.${end}`, '')
  return `${formatExact(value)} ${formatUnit(argument.unit)}${meaning === '' ? '' : ` (${meaning})`}`.trim()
}

/** What was asked, in a line; one argument needs no name. */
export function argsText(model: CommandModel | undefined, args: Args): string {
  const entries = Object.entries(args)
  const texts = entries.map(([name, value]) => argText(name, model?.args[name], value))
  return entries.length === 1
    ? texts.join('')
    : entries.map(([name], i) => `${argName(name)} ${texts[i]}`).join(', ')
}

/** The value that is reported, as a value of the argument that it follows; null: there is none. */
export function reportedValue({ quantities }: Entity, { reported, args }: CommandModel): ArgValue | null {
  if (reported === null) return null
  const state = quantities[reported.quantity]
  if (state === undefined) return null
  const argument = args[reported.arg]
  if (argument?.kind === 'choice') return state.label ?? null
  if (state.value === null) return null
  return argument?.kind === 'boolean' ? state.value !== 0 : state.value
}

export function desiredValue({ desired }: Entity, { reported, args }: CommandModel): ArgValue | null {
  const state = reported === null ? undefined : desired[reported.quantity]
  if (reported === null || state === undefined) return null
  if (state.label !== undefined) return state.label
  return args[reported.arg]?.kind === 'boolean' ? state.value !== 0 : state.value
}

/** What a form begins with: what is reported; of a switch the other position. */
export function firstArgs(entity: Entity, model: CommandModel): Args {
  const now = reportedValue(entity, model)
  return Object.fromEntries(
    Object.entries(model.args).map(([name, argument]) => {
      const current = model.reported?.arg === name ? now : null
      if (argument.kind === 'boolean') return [name, current !== true]
      if (argument.kind === 'choice') return [name, current ?? argument.choices[0] ?? '']
      const value = typeof current === 'number' ? current : argument.min
      return [name, Math.min(Math.max(Math.round(value), argument.min), argument.max)]
    }),
  )
}

/** Whether it lets nothing through any more: a valve at its least, a switch off. */
export const shuts = ({ args: models }: CommandModel, args: Args): boolean =>
  Object.entries(models).some(
    ([name, argument]) => args[name] === false || (argument.kind === 'number' && args[name] === argument.min),
  )
