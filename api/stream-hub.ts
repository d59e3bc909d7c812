import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { formatTime, microsNow } from '../core/time.ts'
import { alarmDocument } from '../digital-twin/alarms/alarm-document.ts'
import type { Alarms } from '../digital-twin/alarms/alarms.ts'
import { commandDocument } from '../digital-twin/commands/command-document.ts'
import type { Commands } from '../digital-twin/commands/commands.ts'
import type { Twins } from '../digital-twin/twins.ts'

const PING_MS = 5000
const LAST_WRITES_MS = 1000
/** At once not much more than this goes to one reader; the rest waits, coalesced, until that is taken. */
const WRITE_CHARS_MAX = 256 * 1024

export interface StreamLimits {
  readonly streamsMax: number
  readonly flushMs: number
  /** A reader whose connection takes nothing for this long is cut off; it can resume. */
  readonly stuckMsMax: number
}

const STREAM_LIMITS: StreamLimits = { streamsMax: 500, flushMs: 100, stuckMsMax: 30_000 }

type StreamedTwins = Pick<Twins, 'onChange' | 'entities' | 'revision' | 'revisionOf' | 'document'>

type StreamedAlarms = Pick<Alarms, 'onChange' | 'recent' | 'alarm'>
type StreamedCommands = Pick<Commands, 'onChange' | 'recent' | 'command'>

/** What a reader gets. */
export interface Wanted {
  entity(id: string): boolean
  /** About this entity, or about none. */
  alarm(entity: string | null): boolean
  command(entity: string): boolean
}

interface Reader {
  /** The token it was opened with. */
  readonly token: string
  readonly response: ServerResponse
  readonly wants: Wanted
  /** Entities to send, with the revision by which they are ordered: bounded by the number of entities. */
  readonly pending: Set<string>
  /** Alarms to send; they come before the twins. */
  readonly pendingAlarms: Set<string>
  /** Commands to send, with them. */
  readonly pendingCommands: Set<string>
  /** Says, once all that was pending at the start is sent, that the snapshot is whole. */
  isSnapshotOpen: boolean
  /** The next part is on its way already. */
  isGoingOn: boolean
  stuckSince: number | null
}

/**
 * Sends the changes of the twins to its readers. An entity that changes faster than a reader reads is sent once, as it
 * then is. Event ids are `<start of the process>-<revision>`: entities changed after a revision are found in the twins
 * themselves, so a reader resumes without any log of events. Of alarms and commands every opening sends all that are active
 * or open, and those that ended a short while ago.
 */
export class StreamHub {
  readonly #twins: StreamedTwins
  readonly #alarms: StreamedAlarms
  readonly #commands: StreamedCommands
  readonly #limits: StreamLimits
  readonly #readers = new Set<Reader>()
  readonly #epoch = randomBytes(6).toString('hex')
  readonly #stopListening: readonly (() => void)[]
  readonly #timer: NodeJS.Timeout
  #pingAt = 0

  constructor(
    twins: StreamedTwins,
    alarms: StreamedAlarms,
    commands: StreamedCommands,
    limits = STREAM_LIMITS,
  ) {
    this.#twins = twins
    this.#alarms = alarms
    this.#commands = commands
    this.#limits = limits
    this.#stopListening = [
      twins.onChange((entity) => {
        for (const reader of this.#readers) if (reader.wants.entity(entity)) reader.pending.add(entity)
      }),
      alarms.onChange((id) => {
        const entity = alarms.alarm(id)?.entity ?? null
        for (const reader of this.#readers) if (reader.wants.alarm(entity)) reader.pendingAlarms.add(id)
      }),
      commands.onChange((id) => {
        const entity = commands.command(id)?.entity ?? ''
        for (const reader of this.#readers) if (reader.wants.command(entity)) reader.pendingCommands.add(id)
      }),
    ]
    this.#timer = setInterval(() => this.#flush(), limits.flushMs)
    this.#timer.unref()
  }

  get readers(): number {
    return this.#readers.size
  }

  get isFull(): boolean {
    return this.#readers.size >= this.#limits.streamsMax
  }

  open(token: string, response: ServerResponse, lastEventId: string | null, wants: Reader['wants']): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    const after = lastEventId === null ? 0 : this.#resumePoint(lastEventId)
    // What the reader has of a former process is of no use: it forgets it, and gets everything.
    response.write(after === null ? 'retry: 2000\nevent: reset\ndata: {}\n\n' : 'retry: 2000\n\n')
    const pending = [...this.#twins.entities()].filter(
      (entity) =>
        wants.entity(entity) && (lastEventId === null || this.#twins.revisionOf(entity) > (after ?? -1)),
    )
    const reader: Reader = {
      token,
      response,
      wants,
      pending: new Set(pending),
      pendingAlarms: new Set(this.#alarmsFor(wants)),
      pendingCommands: new Set(this.#commandsFor(wants)),
      isSnapshotOpen: true,
      isGoingOn: false,
      stuckSince: null,
    }
    this.#readers.add(reader)
    response.on('close', () => this.#readers.delete(reader))
    response.on('error', () => this.#readers.delete(reader))
    this.#send(reader, new Map())
  }

  /** Ends what a token opened. */
  end(token: string): void {
    for (const reader of this.#readers) if (reader.token === token) this.#dismiss(reader)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const stop of this.#stopListening) stop()
    for (const reader of this.#readers) this.#dismiss(reader)
  }

  #dismiss(reader: Reader): void {
    const { response } = reader
    this.#readers.delete(reader)
    // The end of a stream stands behind what was not read yet: who does not read would stay, and hold up the shutdown.
    if (response.writableNeedDrain) return void response.destroy()
    response.end()
    setTimeout(() => response.destroy(), LAST_WRITES_MS).unref()
  }

  #alarmsFor(wants: Wanted): string[] {
    return [...this.#alarms.recent()].flatMap(({ id, entity }) => (wants.alarm(entity) ? String(id) : []))
  }

  #commandsFor(wants: Wanted): string[] {
    return [...this.#commands.recent()].flatMap(({ id, entity }) => (wants.command(entity) ? id : []))
  }

  #resumePoint(lastEventId: string): number | null {
    const [epoch, revision = ''] = lastEventId.split('-')
    return epoch === this.#epoch && /^\d+$/.test(revision) ? Number(revision) : null
  }

  #flush(): void {
    const rendered = new Map<string, string>()
    const now = Date.now()
    const isPingDue = now - this.#pingAt >= PING_MS
    if (isPingDue) this.#pingAt = now
    for (const reader of this.#readers) {
      if (this.#isStuck(reader, now) || reader.isGoingOn) continue
      if (isPingDue)
        reader.response.write(`event: ping\ndata: ${JSON.stringify({ time: formatTime(microsNow()) })}\n\n`)
      this.#send(reader, rendered)
    }
  }

  #isStuck(reader: Reader, now: number): boolean {
    if (!reader.response.writableNeedDrain) {
      reader.stuckSince = null
      return false
    }
    reader.stuckSince ??= now
    if (now - reader.stuckSince > this.#limits.stuckMsMax) reader.response.destroy()
    return true
  }

  #send(reader: Reader, rendered: Map<string, string>): void {
    // In the order of their last changes: what was sent up to an id is then all that changed up to it.
    const ordered = [...reader.pending].sort((a, b) => this.#twins.revisionOf(a) - this.#twins.revisionOf(b))
    let text = this.#takeAlarms(reader) + this.#takeCommands(reader)
    for (const entity of ordered) {
      if (text.length > WRITE_CHARS_MAX) break
      reader.pending.delete(entity)
      const event = rendered.get(entity) ?? this.#render(entity)
      rendered.set(entity, event)
      text += event
    }
    if (reader.isSnapshotOpen && reader.pending.size === 0) {
      reader.isSnapshotOpen = false
      text += `id: ${this.#epoch}-${this.#twins.revision}\nevent: snapshot-end\ndata: {}\n\n`
    }
    if (text === '') return
    const isTaken = reader.response.write(text)
    if (reader.pending.size > 0 && !reader.isGoingOn) this.#goOn(reader, isTaken)
  }

  /** There are at most some hundreds. Without an id: what a reader resumes from is a revision of the twins. */
  #takeAlarms({ pendingAlarms }: Reader): string {
    let text = ''
    for (const id of pendingAlarms) {
      const alarm = this.#alarms.alarm(id)
      if (alarm) text += `event: alarm\ndata: ${JSON.stringify(alarmDocument(alarm))}\n\n`
    }
    pendingAlarms.clear()
    return text
  }

  #takeCommands({ pendingCommands }: Reader): string {
    let text = ''
    for (const id of pendingCommands) {
      const command = this.#commands.command(id)
      if (command) text += `event: command\ndata: ${JSON.stringify(commandDocument(command))}\n\n`
    }
    pendingCommands.clear()
    return text
  }

  /** With more to send: as soon as the reader has taken what was sent. */
  #goOn(reader: Reader, isTaken: boolean): void {
    reader.isGoingOn = true
    const next = () => {
      reader.isGoingOn = false
      if (this.#readers.has(reader)) this.#send(reader, new Map())
    }
    if (isTaken) setImmediate(next)
    else reader.response.once('drain', next)
  }

  #render(entity: string): string {
    const document = this.#twins.document(entity)
    return document === null
      ? ''
      : `id: ${this.#epoch}-${this.#twins.revisionOf(entity)}\nevent: twin\ndata: ${document}\n\n`
  }
}
