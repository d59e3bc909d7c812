import type { Command } from '../../core/command.ts'
import type { Observation } from '../../core/message.ts'
import { formatTime, type Micros } from '../../core/time.ts'
import type { CommandChange } from '../../store/commands.ts'
import type { TwinState } from '../twin-state.ts'
import { type Aim, aimOf, isNear } from './desired.ts'

/** A reading so long after a command was done must show it: a valve takes its time to turn. */
const SETTLE_US = 120_000_000
/** For so long its answer is waited for where the reading came first. */
const ANSWER_US = 5_000_000

interface Followed {
  readonly command: Command
  readonly aim: Aim
}

/** Looks whether the quantity that tells it follows what was asked. Of each thing asked of an entity the newest counts. */
export class Following {
  /** By entity; only where something is awaited, for it is asked of every reading. */
  readonly #awaited = new Map<string, Followed[]>()
  readonly #newest = new Map<string, Map<string, Command>>()
  /** Whose quantity came near, and when. */
  readonly #reached = new Map<string, Micros>()

  /** A command as the database has it. */
  put(type: string, command: Command): void {
    const newest = this.#newest.get(command.entity) ?? new Map<string, Command>()
    this.#newest.set(command.entity, newest)
    if ((newest.get(command.name)?.seq ?? 0) > command.seq) return
    const before = newest.get(command.name)
    if (before && (before.id !== command.id || !isAwaited(command))) this.#reached.delete(before.id)
    newest.set(command.name, command)
    const awaited = [...newest.values()].flatMap((one) => {
      const aim = isAwaited(one) ? aimOf(type, one) : null
      return aim ? [{ command: one, aim }] : []
    })
    if (awaited.length > 0) this.#awaited.set(command.entity, awaited)
    else this.#awaited.delete(command.entity)
  }

  newestOf = (entity: string): Iterable<Command> => this.#newest.get(entity)?.values() ?? []

  /** Must be cheap: it is called for all that is stored. */
  observed(observations: readonly Observation[]): void {
    if (this.#awaited.size === 0) return
    for (const observation of observations) {
      const { entity, quantity, channel, time, quality, receivedAt } = observation
      for (const { command, aim } of this.#awaited.get(entity) ?? [])
        if (aim.quantity === quantity && channel === '' && quality !== 'bad')
          if (time >= (command.sentAt ?? 0) && isNear(aim, observation))
            this.#reached.set(command.id, receivedAt)
    }
  }

  /** What is to be written of those that were reached, and of those that should have been. */
  takeChanges(
    now: Micros,
    latest: (entity: string) => TwinState['latest'],
    intervalUs: (entity: string) => Micros,
  ): { readonly command: Command; readonly change: CommandChange }[] {
    const changes: { command: Command; change: CommandChange }[] = []
    for (const [entity, followed] of this.#awaited)
      for (const { command, aim } of followed) {
        const at = this.#reached.get(command.id)
        const change =
          at !== undefined
            ? reached(command, aim, Math.max(at, command.sentAt ?? 0), now)
            : missed(command, aim, now, latest(entity)[aim.quantity], intervalUs(entity))
        if (change) changes.push({ command, change })
      }
    return changes
  }
}

const isAwaited = ({ status, sentAt, reported }: Command): boolean =>
  (reported === 'awaited' || reported === 'missed') &&
  sentAt !== null &&
  (status === 'sent' || status === 'done' || status === 'expired')

function reached(command: Command, { quantity }: Aim, at: Micros, now: Micros): CommandChange | null {
  const seen = { ...command, reported: 'reached', reportedAt: at } as const
  switch (command.status) {
    case 'sent':
      // Many devices do what they are told and know no answer.
      if (now < Math.min(at + ANSWER_US, command.expiresAt)) return null
      return {
        ...seen,
        status: 'done',
        endedAt: at,
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
  last: TwinState['latest'][string] | undefined,
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
