import type { Command } from '../../core/command.ts'
import { formatTime, type Micros } from '../../core/time.ts'
import type { CommandChange } from '../../store/commands.ts'
import type { TwinState } from '../twin-state.ts'
import { type Aim, aimOf, isNear } from './desired.ts'

/** A reading so long after a command was done must show it: a valve takes its time to turn. */
const SETTLE_US = 120_000_000
/** For so long its answer is waited for where the reading came first. */
const ANSWER_US = 5_000_000
/** A device's clock may be so far behind ours. */
const BEHIND_US_MAX = 60_000_000

type Last = TwinState['latest'][string]

interface Followed {
  readonly command: Command
  readonly aim: Aim
  /** The reading that was there when it was sent. */
  readonly before: Last | undefined
}

/** Looks whether the quantity that tells it follows what was asked. Of each thing asked of an entity the newest counts. */
export class Following {
  /** By entity; only where something is awaited. */
  readonly #awaited = new Map<string, Followed[]>()
  readonly #newest = new Map<string, Map<string, Command>>()

  /** A command as the database has it, and what its entity has reported by now. */
  put(type: string, command: Command, latest: TwinState['latest'] = {}): void {
    const newest = this.#newest.get(command.entity) ?? new Map<string, Command>()
    this.#newest.set(command.entity, newest)
    if ((newest.get(command.name)?.seq ?? 0) > command.seq) return
    newest.set(command.name, command)
    const known = this.#awaited.get(command.entity) ?? []
    const awaited = [...newest.values()].flatMap((one) => {
      const aim = isAwaited(one) ? aimOf(type, one) : null
      if (!aim) return []
      const followed = known.find((other) => other.command.id === one.id)
      return [{ command: one, aim, before: followed ? followed.before : latest[aim.quantity] }]
    })
    if (awaited.length > 0) this.#awaited.set(command.entity, awaited)
    else this.#awaited.delete(command.entity)
  }

  /** One that is no more. */
  drop({ id, entity, name }: Command): void {
    const newest = this.#newest.get(entity)
    if (newest?.get(name)?.id === id) newest.delete(name)
    const others = (this.#awaited.get(entity) ?? []).filter(({ command }) => command.id !== id)
    if (others.length > 0) this.#awaited.set(entity, others)
    else this.#awaited.delete(entity)
  }

  newestOf = (entity: string): Iterable<Command> => this.#newest.get(entity)?.values() ?? []

  /** What is to be written of those that were reached, and of those that should have been. */
  changes(
    now: Micros,
    latest: (entity: string) => TwinState['latest'],
    intervalUs: (entity: string) => Micros,
  ): { readonly command: Command; readonly change: CommandChange }[] {
    const changes: { command: Command; change: CommandChange }[] = []
    for (const [entity, followed] of this.#awaited)
      for (const { command, aim, before } of followed) {
        const last = latest(entity)[aim.quantity]
        const change = hasFollowed(command, aim, before, last)
          ? reached(command, aim, Math.min(Math.max(last.time, command.sentAt ?? 0), now), now)
          : missed(command, aim, now, last, intervalUs(entity))
        if (change) changes.push({ command, change })
      }
    return changes
  }
}

const isAwaited = ({ status, sentAt, reported }: Command): boolean =>
  (reported === 'awaited' || reported === 'missed') &&
  sentAt !== null &&
  (status === 'sent' || status === 'done' || status === 'expired')

/** A value of before it was sent tells nothing: by its time, or, where the device's clock is behind, by when it came. */
function hasFollowed(
  { sentAt }: Command,
  aim: Aim,
  before: Last | undefined,
  last: Last | undefined,
): last is Last {
  if (last === undefined || last.quality === 'bad' || !isNear(aim, last)) return false
  return last.time >= (sentAt ?? 0) - (last === before ? 0 : BEHIND_US_MAX)
}

function reached(command: Command, { quantity }: Aim, at: Micros, now: Micros): CommandChange | null {
  const seen = { ...command, reported: 'reached', reportedAt: now } as const
  switch (command.status) {
    case 'sent':
      // Many devices do what they are told and know no answer.
      if (now < Math.min(at + ANSWER_US, command.expiresAt)) return null
      return {
        ...seen,
        status: 'done',
        endedAt: now,
        detail: `told by ${quantity}; the device did not answer`,
      }
    case 'expired':
      return { ...seen, detail: `${command.detail}; ${quantity} followed at ${formatTime(at)}` }
    default:
      return seen
  }
}

function missed(
  command: Command,
  { quantity }: Aim,
  now: Micros,
  last: Last | undefined,
  intervalUs: Micros,
): CommandChange | null {
  const { status, reported, endedAt, detail } = command
  if (status !== 'done' || reported !== 'awaited' || endedAt === null) return null
  const hasFollowedUp = last !== undefined && last.time >= endedAt + SETTLE_US
  if (!hasFollowedUp && now < endedAt + SETTLE_US + 2 * intervalUs) return null
  const found = hasFollowedUp
    ? `${quantity} was ${last.label ?? last.value} at ${formatTime(last.time)}`
    : `${quantity} was not reported since`
  const word = `done by the device's word, but ${found}`
  return { ...command, reported: 'missed', detail: detail === null ? word : `${detail}; ${word}` }
}
