import { randomBytes } from 'node:crypto'
import { type Command, type CommandArgs, type CommandStatus, isOpen } from '../../core/command.ts'
import { InTurn } from '../../core/in-turn.ts'
import type { Log } from '../../core/ports.ts'
import { type Micros, microsNow } from '../../core/time.ts'
import { commandTopic } from '../../core/topic.ts'
import {
  type CommandChange,
  changeCommands,
  findByKey,
  findCommands,
  issueCommand,
  listUnfinishedCommands,
  markSent,
} from '../../store/commands.ts'
import type { Db } from '../../store/db.ts'
import type { Registry } from '../../store/registry.ts'
import type { Twins } from '../twins.ts'
import { commandPayload } from './command-document.ts'
import { desiredOf, modelOf } from './desired.ts'
import { Following } from './following.ts'
import { due, EMPTY_QUEUE, overdue, type Queue, reduceQueue } from './queue.ts'

export interface CommandParts {
  readonly db: Db
  readonly registry: Registry
  readonly twins: Twins
  readonly log: Log
  readonly metrics: { command(status: CommandStatus): void }
  /** Whether a command on this topic would reach the device now. */
  hears(device: string, topic: string): boolean
  /** Sends it, once; false: nobody is there. */
  deliver(device: string, topic: string, payload: Uint8Array): boolean
  now?(): Micros
}

/** What somebody asks for; checked against the entity's model already. */
export interface Order {
  readonly entity: string
  readonly device: string
  readonly name: string
  readonly args: CommandArgs
  readonly by: string
  readonly note: string | null
  /** The caller's own: asked for twice it is one. */
  readonly key: string | null
  readonly expiresInS: number
}

const LOOK_MS = 250
const RETRY_MS_MAX = 10_000
/** An ended one is shown to who comes back to a stream within this time. */
const ENDED_SHOWN_US = 600_000_000
const OPEN_PER_DEVICE_MAX = 32
const NEVER_SENT = 'the device was not there to take it'
const NOT_ANSWERED = 'sent, and not answered in time: whether it was done is not known'

/**
 * The queue of what devices are asked to do. The database has it; what is open is in memory too. Every step is committed
 * before it is shown, and that a command was sent is committed before it leaves: one that was cancelled from the queue has
 * never been with its device. Nothing is sent after its expiry. A device that was away gets again what it has not answered.
 */
export class Commands {
  readonly #parts: CommandParts
  readonly #now: () => Micros
  readonly #queues = new Map<string, Queue>()
  /** By id: open ones, and those that ended a short while ago. */
  readonly #shown = new Map<string, Command>()
  readonly #following = new Following()
  readonly #listeners = new Set<(id: string) => void>()
  /** Steps come one after the other, so that what is shown last is the newest. */
  readonly #turn = new InTurn()
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  /** Something may have been committed whose answer was not heard. */
  #mustReload = false
  #retryMs = LOOK_MS
  #nextTryAt = 0

  constructor(parts: CommandParts) {
    this.#parts = parts
    this.#now = parts.now ?? microsNow
  }

  /** Goes on with what was open. To be called once the database is there. */
  async start(): Promise<void> {
    await this.#reload()
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#looking
    await this.#turn.do(async () => {})
  }

  /** `too_many`: its device has not answered so many already. */
  async issue(order: Order): Promise<{ command: Command; isNew: boolean } | 'too_many'> {
    const { entity, key, device, name, expiresInS, ...more } = order
    const issued = await this.#turn.do(async () => {
      const known = key === null ? null : await findByKey(this.#parts.db, entity, key)
      if (known) return { command: known, isNew: false }
      if ((this.#queues.get(device)?.open.length ?? 0) >= OPEN_PER_DEVICE_MAX) return 'too_many'
      const issuedAt = this.#now()
      const id = randomBytes(12).toString('hex')
      const isReported =
        modelOf(this.#parts.registry.entity(entity)?.type ?? '', name)?.reported !== undefined
      const row = { ...more, id, entity, device, name, key, issuedAt, isReported }
      const expiresAt = issuedAt + expiresInS * 1_000_000
      try {
        const changed = await this.#parts.db.transaction((tx) => issueCommand(tx, { ...row, expiresAt }))
        for (const command of changed) this.#show(command)
      } catch (error) {
        this.#mustReload = true
        throw error
      }
      return { command: this.#shown.get(id) as Command, isNew: true }
    })
    this.#look()
    return issued
  }

  /** Takes it out of the queue. What its device may have is not taken back: 'sent', or what became of it. */
  cancel(id: string, by: string): Promise<Command | CommandStatus | 'missing'> {
    return this.#turn.do(async () => {
      const [command] = await findCommands(this.#parts.db, [id])
      if (!command) return 'missing'
      if (command.status !== 'queued') return command.status
      const [cancelled] = await this.#write([
        {
          command,
          change: { ...command, status: 'cancelled', endedAt: this.#now(), detail: `cancelled by ${by}` },
        },
      ])
      return cancelled ?? command.status
    })
  }

  /** A session of the device begins to hear its commands. */
  listening = (device: string): void => {
    const queue = this.#queues.get(device)
    if (!queue) return
    this.#queues.set(device, reduceQueue(queue, { type: 'listening' }))
    this.#look()
  }

  /** Answers that were committed. */
  answered = (ids: readonly string[]): void => {
    void this.#turn
      .do(async () => {
        for (const command of await findCommands(this.#parts.db, ids)) this.#show(command)
      })
      .catch((error) => {
        this.#mustReload = true
        this.#parts.log.warn({ err: error }, 'answers to commands are shown late')
      })
  }

  /** Open ones, and those that ended a short while ago. */
  recent = (): Iterable<Command> => this.#shown.values()

  command = (id: string): Command | undefined => this.#shown.get(id)

  /** Calls back with the ids of commands that changed; returns how to stop. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #look(): void {
    if (performance.now() < this.#nextTryAt) return
    this.#looking ??= this.#getOn().finally(() => {
      this.#looking = null
    })
  }

  async #getOn(): Promise<void> {
    try {
      if (this.#mustReload) await this.#turn.do(() => this.#reload())
      await this.#turn.do(() => this.#follow())
      await this.#turn.do(() => this.#expire())
      await this.#turn.do(() => this.#send())
      this.#retryMs = LOOK_MS
    } catch (error) {
      this.#mustReload = true
      const isNews = this.#retryMs === LOOK_MS
      const text = 'commands did not get on; it is tried again until they do'
      this.#parts.log[isNews ? 'warn' : 'debug']({ err: error }, text)
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
      this.#nextTryAt = performance.now() + this.#retryMs
    }
  }

  /** Takes what the database has for what is so. */
  async #reload(): Promise<void> {
    const { db } = this.#parts
    const open = [...this.#queues.values()].flatMap((queue) => queue.open.map(({ id }) => id))
    const known = await findCommands(db, open)
    for (const command of [...known, ...(await listUnfinishedCommands(db))]) this.#show(command, false)
    this.#mustReload = false
  }

  async #expire(): Promise<void> {
    const now = this.#now()
    for (const [id, { endedAt }] of this.#shown)
      if (endedAt !== null && now - endedAt > ENDED_SHOWN_US) this.#shown.delete(id)
    const over = [...this.#queues.values()].flatMap((queue) => overdue(queue, now))
    await this.#write(
      over.map((command) => {
        const detail = command.sentAt === null ? NEVER_SENT : NOT_ANSWERED
        return { command, change: { ...command, status: 'expired', endedAt: now, detail } }
      }),
    )
  }

  async #follow(): Promise<void> {
    const { twins, registry } = this.#parts
    const changes = this.#following.changes(this.#now(), twins.latest.bind(twins), (id) => {
      const entity = registry.entity(id)
      return entity ? twins.intervalS(entity) * 1_000_000 : 0
    })
    await this.#write(changes)
  }

  /** Sends what is to be sent; that it was is noted before. */
  async #send(): Promise<void> {
    const { db, hears, deliver } = this.#parts
    const now = this.#now()
    const ready = [...this.#queues.values()]
      .flatMap((queue) => due(queue, now))
      .filter(({ device, name }) => hears(device, commandTopic(device, name)))
    const fresh = ready.filter(({ status }) => status === 'queued').map(({ id }) => id)
    if (fresh.length > 0)
      for (const command of await db.transaction((tx) => markSent(tx, fresh, this.#now())))
        this.#show(command)
    for (const { id, device, name } of ready) {
      const command = this.#shown.get(id)
      // Looked at again, for the database took its time.
      if (command?.status !== 'sent' || this.#now() >= command.expiresAt) continue
      if (deliver(device, commandTopic(device, name), commandPayload(command)))
        this.#reduce(device, { type: 'delivered', id })
    }
  }

  async #write(
    changes: readonly { readonly command: Command; readonly change: CommandChange }[],
  ): Promise<Command[]> {
    if (changes.length === 0) return []
    const written = await changeCommands(
      this.#parts.db,
      changes.map(({ change }) => change),
      changes.map(({ command }) => command.status),
    )
    // What was not written has become something else meanwhile: an answer came.
    const others = changes
      .map(({ command }) => command.id)
      .filter((id) => !written.some((one) => one.id === id))
    if (others.length > 0) written.push(...(await findCommands(this.#parts.db, others)))
    for (const command of written) this.#show(command)
    // Neither changed nor found: it is past the retention.
    for (const { command } of changes)
      if (!written.some(({ id }) => id === command.id)) this.#following.drop(command)
    return written
  }

  #reduce(device: string, event: Parameters<typeof reduceQueue>[1]): void {
    const queue = reduceQueue(this.#queues.get(device) ?? EMPTY_QUEUE, event)
    if (queue.open.length > 0) this.#queues.set(device, queue)
    else this.#queues.delete(device)
  }

  #show(command: Command, isNews = true): void {
    const { registry, twins, metrics } = this.#parts
    const known = this.#shown.get(command.id)
    const isOther = known ? known.status !== command.status : isNews && command.status === 'queued'
    if (isOther) metrics.command(command.status)
    if (known || isNews || isOpen(command)) this.#shown.set(command.id, command)
    this.#reduce(command.device, { type: 'known', command })
    const { type = '' } = registry.entity(command.entity) ?? {}
    this.#following.put(type, command, twins.latest(command.entity))
    twins.setDesired(command.entity, desiredOf(type, this.#following.newestOf(command.entity)))
    for (const listener of this.#listeners) listener(command.id)
  }
}
