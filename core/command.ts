import type { Micros } from './time.ts'

/** What can become of a command. `queued`: its device has not got it yet; `sent`: it has, and has not answered; the rest is
 *  final. */
export const COMMAND_STATUSES = ['queued', 'sent', 'done', 'failed', 'expired', 'cancelled'] as const
export type CommandStatus = (typeof COMMAND_STATUSES)[number]

/** What the reported quantity says of it: not yet, it came near what was asked, or it did not in good time. */
export const REPORTED_STATES = ['awaited', 'reached', 'missed'] as const
export type ReportedState = (typeof REPORTED_STATES)[number]

export type CommandArgs = Readonly<Record<string, number | boolean | string>>

export interface Command {
  readonly id: string
  /** The order in which they were asked for. */
  readonly seq: number
  readonly entity: string
  readonly device: string
  readonly name: string
  readonly args: CommandArgs
  readonly status: CommandStatus
  readonly by: string
  readonly note: string | null
  readonly issuedAt: Micros
  readonly expiresAt: Micros
  readonly sentAt: Micros | null
  readonly endedAt: Micros | null
  /** When its device answered, in time or late. */
  readonly answeredAt: Micros | null
  /** In words: the device's, or why it ended. */
  readonly detail: string | null
  /** Null: no quantity tells whether it was done. */
  readonly reported: ReportedState | null
  readonly reportedAt: Micros | null
  /** The newer one that took its place. */
  readonly replacedBy: string | null
}

export const isOpen = ({ status }: Pick<Command, 'status'>): boolean =>
  status === 'queued' || status === 'sent'

/** A device's answer, as it came. `name` is that of its topic. */
export interface CommandReply {
  readonly id: string
  readonly device: string
  readonly name: string
  readonly status: 'done' | 'failed'
  readonly detail: string | null
  readonly receivedAt: Micros
}

/** What an answer makes of its command. `unknown`: it was never sent to this device. The first answer stands; one that came
 *  after the expiry changes nothing but the words. */
export function answered(
  command: Command | undefined,
  { device, name, status, detail, receivedAt }: CommandReply,
): Command | 'unknown' | 'unchanged' {
  if (command?.device !== device || command.name !== name || command.sentAt === null) return 'unknown'
  if (command.status === 'done' || command.status === 'failed') return 'unchanged'
  // By the time of receipt alone: it may come out of the spool long after its command was seen to expire.
  if (receivedAt <= command.expiresAt)
    return { ...command, status, detail, endedAt: receivedAt, answeredAt: receivedAt }
  const late = `the device answered "${status}" after it had expired${detail === null ? '' : `: ${detail}`}`
  if (command.detail === late) return 'unchanged'
  const over = isOpen(command) ? 'expired' : command.status
  return {
    ...command,
    status: over,
    detail: late,
    endedAt: command.endedAt ?? receivedAt,
    answeredAt: receivedAt,
  }
}
