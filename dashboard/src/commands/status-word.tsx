import type { Command, CommandStatus } from '../wire/command.ts'
import { w } from './words.ts'

/** A shape each, for colour alone is not enough. */
const SHAPES: Readonly<Record<CommandStatus, string>> = {
  queued: '…',
  sent: '→',
  done: '✓',
  failed: '✕',
  expired: '!',
  cancelled: '–',
}

export function StatusWord({ command }: { command: Command }) {
  const { status, reported } = command
  // Done by its word alone it does not look done.
  const isAwaited = status === 'done' && reported === 'awaited'
  const look = status === 'done' && reported === 'missed' ? 'expired' : isAwaited ? 'sent' : status
  return (
    <span class={`command-status command-${look}`} data-status={status}>
      <span class="command-shape" aria-hidden="true">
        {SHAPES[look]}
      </span>
      {isAwaited ? w('awaited') : w(`status.${status}`)}
    </span>
  )
}

/** Why it ended so, in the language of the page; null: the status says it. */
export function reasonOf({
  status,
  sentAt,
  answeredAt,
  replacedBy,
  reported,
  detail,
}: Command): string | null {
  switch (status) {
    case 'cancelled':
      if (replacedBy === null) return null
      return w(sentAt === null ? 'why.replaced' : 'why.replacedSent')
    case 'expired':
      if (sentAt === null) return w('why.neverSent')
      return w(answeredAt !== null ? 'why.late' : 'why.notAnswered')
    case 'done':
      return reported === 'missed' ? w('why.missed') : null
    case 'failed':
      return detail === null ? null : w('why.words', { words: detail })
    default:
      return null
  }
}
