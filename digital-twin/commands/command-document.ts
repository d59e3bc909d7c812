import type { Command, CommandArgs, CommandStatus, ReportedState } from '../../core/command.ts'
import { formatTime, type Micros } from '../../core/time.ts'

/** A command as the API and the stream show it. */
export interface CommandDocument {
  readonly id: string
  readonly entity: string
  readonly device: string
  readonly name: string
  readonly args: CommandArgs
  readonly status: CommandStatus
  readonly by: string
  readonly note: string | null
  readonly issuedAt: string
  readonly expiresAt: string
  readonly sentAt: string | null
  readonly endedAt: string | null
  readonly answeredAt: string | null
  readonly detail: string | null
  readonly reported: ReportedState | null
  readonly reportedAt: string | null
  readonly replacedBy: string | null
}

const timeOf = (time: Micros | null): string | null => (time === null ? null : formatTime(time))

export function commandDocument({ seq: _seq, ...command }: Command): CommandDocument {
  return {
    ...command,
    issuedAt: formatTime(command.issuedAt),
    expiresAt: formatTime(command.expiresAt),
    sentAt: timeOf(command.sentAt),
    endedAt: timeOf(command.endedAt),
    answeredAt: timeOf(command.answeredAt),
    reportedAt: timeOf(command.reportedAt),
  }
}

/** What the device gets. */
export const commandPayload = ({ id, issuedAt, expiresAt, args }: Command): Buffer =>
  Buffer.from(JSON.stringify({ id, issuedAt: formatTime(issuedAt), expiresAt: formatTime(expiresAt), args }))
