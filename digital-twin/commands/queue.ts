import { type Command, isOpen } from '../../core/command.ts'
import type { Micros } from '../../core/time.ts'

/** What waits for one device. */
export interface Queue {
  /** In the order in which they were asked for. */
  readonly open: readonly Command[]
  /** Those that the device's sessions of now have got. */
  readonly delivered: ReadonlySet<string>
}

type QueueEvent =
  /** A command as the database has it. */
  | { readonly type: 'known'; readonly command: Command }
  /** A session began to hear commands: it may not have what an earlier one was sent. */
  | { readonly type: 'listening' }
  | { readonly type: 'delivered'; readonly id: string }

export const EMPTY_QUEUE: Queue = { open: [], delivered: new Set() }

/** The queue after one event. Pure. */
export function reduceQueue(queue: Queue, event: QueueEvent): Queue {
  switch (event.type) {
    case 'known': {
      const { command } = event
      const others = queue.open.filter(({ id }) => id !== command.id)
      const delivered = new Set(queue.delivered)
      if (!isOpen(command)) delivered.delete(command.id)
      const open = isOpen(command) ? [...others, command].sort((a, b) => a.seq - b.seq) : others
      return { open, delivered }
    }
    case 'listening':
      return { ...queue, delivered: new Set() }
    case 'delivered':
      return { ...queue, delivered: new Set([...queue.delivered, event.id]) }
  }
}

/** What is to be sent now, in this order. Of one name only the newest: an older one must not undo it. */
export function due({ open, delivered }: Queue, now: Micros): Command[] {
  const newest = new Map(open.map((command) => [command.name, command.id]))
  return open.filter(
    ({ id, name, expiresAt }) => newest.get(name) === id && !delivered.has(id) && now < expiresAt,
  )
}

export const overdue = ({ open }: Queue, now: Micros): Command[] =>
  open.filter(({ expiresAt }) => now >= expiresAt)
