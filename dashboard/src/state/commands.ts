import { signal } from '@preact/signals'
import type { Command } from '../wire/command.ts'

const HELD_MAX = 2000

/** By id, those that the stream told of: open ones, and those that ended a short while ago. */
const held = new Map<string, Command>()
/** Rises with each change of a command. */
const commandsVersion = signal(0)
let named: Set<string> | null = null

export function receiveCommand(command: Command): void {
  held.delete(command.id)
  held.set(command.id, command)
  named?.add(command.id)
  // A night shift is long: what was not heard of for longest goes.
  for (const id of held.keys()) if (held.size > HELD_MAX) held.delete(id)
  commandsVersion.value++
}

/** From here to `endCommands` it is noted which are named: each opening of the stream names the open ones, and those that
 *  ended a short while ago. What it names no more ended unheard, and what is asked for says how. */
export function beginCommands(): void {
  named = new Set()
}

export function endCommands(): void {
  if (named === null) return
  for (const id of [...held.keys()]) if (!named.has(id)) held.delete(id)
  named = null
  commandsVersion.value++
}

export function forgetCommands(): void {
  named = null
  held.clear()
  commandsVersion.value++
}

/** Newest first: what the stream told of an entity, over what was asked for before. */
export function commandsOf(entity: string, asked: readonly Command[]): readonly Command[] {
  commandsVersion.value
  const byId = new Map(asked.map((command) => [command.id, command]))
  for (const command of held.values()) if (command.entity === entity) byId.set(command.id, command)
  return [...byId.values()].sort((a, b) => Date.parse(b.issuedAt) - Date.parse(a.issuedAt))
}
