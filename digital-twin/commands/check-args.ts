import type { CommandArgs } from '../../core/command.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { CommandArgument, CommandModel } from '../model.ts'

const NAMED_MAX = 20

/** Arguments as the model of the command takes them, or everything that is wrong with them. */
export function checkArgs(
  { args: wanted }: Pick<CommandModel, 'args'>,
  given: Readonly<Record<string, unknown>>,
): Result<CommandArgs, string> {
  const faults = Object.keys(given)
    .filter((name) => !Object.hasOwn(wanted, name))
    .slice(0, NAMED_MAX)
    .map((name) => `args.${name}: not known here; takes ${Object.keys(wanted).join(', ') || 'none'}`)
  const args: Record<string, number | boolean | string> = {}
  for (const [name, argument] of Object.entries(wanted)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (isOf(argument, value)) args[name] = value
    else faults.push(`args.${name}: takes ${wordsOf(argument)}; got ${shown(value)}`)
  }
  return faults.length > 0 ? err(faults.join('; ')) : ok(args)
}

function isOf(argument: CommandArgument, value: unknown): value is number | boolean | string {
  switch (argument.kind) {
    case 'number':
      return typeof value === 'number' && value >= argument.min && value <= argument.max
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return typeof value === 'string' && argument.choices.includes(value)
  }
}

function wordsOf(argument: CommandArgument): string {
  switch (argument.kind) {
    case 'number':
      return `a number from ${argument.min} to ${argument.max}${argument.unit === '1' ? '' : ` ${argument.unit}`}`
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${argument.choices.join(', ')}`
  }
}

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
