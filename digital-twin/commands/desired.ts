import type { Command, CommandStatus } from '../../core/command.ts'
import { formatTime, type Micros } from '../../core/time.ts'
import { commandsAt } from '../../store/commands.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import type { EntityDocument } from '../document.ts'
import type { CommandModel } from '../model.ts'
import { MODELS } from '../models/index.ts'

export const modelOf = (type: string, name: string): CommandModel | undefined =>
  MODELS.get(type)?.commands?.find((command) => command.name === name)

/** What the reported quantity is to become: a number, or a state told in words. */
export interface Aim {
  readonly quantity: string
  readonly value: number | null
  readonly label: string | null
  readonly tolerance: number
}

/** Null: no quantity tells whether it was done. */
export function aimOf(type: string, { name, args }: Pick<Command, 'name' | 'args'>): Aim | null {
  const reported = modelOf(type, name)?.reported
  if (!reported) return null
  const { quantity, arg, tolerance } = reported
  const wanted = args[arg]
  if (wanted === undefined) return null
  return typeof wanted === 'string'
    ? { quantity, value: null, label: wanted, tolerance }
    : { quantity, value: Number(wanted), label: null, tolerance }
}

export const isNear = (
  { value, label, tolerance }: Aim,
  reported: { readonly value: number | null; readonly label: string | null },
): boolean =>
  value === null
    ? reported.label === label
    : reported.value !== null && Math.abs(reported.value - value) <= tolerance

/** What stands of commands, each the newest of its name, by the quantity that will tell that it was done. */
export function desiredOf(
  type: string,
  commands: Iterable<Command>,
  at: Micros = Number.POSITIVE_INFINITY,
): EntityDocument['desired'] {
  const desired: Record<string, EntityDocument['desired'][string]> = {}
  for (const command of [...commands].sort((a, b) => a.seq - b.seq)) {
    const aim = aimOf(type, command)
    const status = standingAt(command, at)
    if (!aim || status === null) continue
    const { value, label, quantity } = aim
    desired[quantity] = {
      value,
      ...(label === null ? {} : { label }),
      time: formatTime(command.issuedAt),
      command: command.id,
      status,
    }
  }
  return desired
}

/** Until the reported quantity has followed; null: it stands no more. */
function standingAt(command: Command, at: Micros): CommandStatus | null {
  const { status, sentAt, endedAt, reported, reportedAt } = command
  const isReached = reported === 'reached' && (reportedAt ?? 0) <= at
  if (endedAt !== null && endedAt <= at) return status === 'done' && !isReached ? 'done' : null
  return sentAt !== null && sentAt <= at ? 'sent' : 'queued'
}

/** What was desired of entities at an instant. */
export async function desiredAt(
  db: Db,
  entities: readonly Pick<Entity, 'id' | 'type'>[],
  at: Micros,
): Promise<Map<string, EntityDocument['desired']>> {
  const able = entities.filter(({ type }) => MODELS.get(type)?.commands !== undefined)
  if (able.length === 0) return new Map()
  const ids = able.map(({ id }) => id)
  const byEntity = Map.groupBy(await commandsAt(db, ids, at), ({ entity }) => entity)
  return new Map(able.map(({ id, type }) => [id, desiredOf(type, byEntity.get(id) ?? [], at)]))
}
