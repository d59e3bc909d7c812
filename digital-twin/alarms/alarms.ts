import type { Alarm, Finding } from '../../core/alarm.ts'
import type { AlarmFeed, Log } from '../../core/ports.ts'
import { type Micros, microsNow } from '../../core/time.ts'
import {
  acknowledgeAlarm,
  clearAlarms,
  listAlarms,
  type RaisedAlarm,
  raiseAlarms,
} from '../../store/alarms.ts'
import type { Db } from '../../store/db.ts'
import { alarmDocument } from './alarm-document.ts'
import { type AlarmState, cleared, found, isOver, restored, written } from './alarm-state.ts'

/** An attack from very many addresses must not become as many alarms. */
const ACTIVE_MAX = 1000
/** A cleared alarm is shown to who comes back to a stream within this time. */
const CLEARED_SHOWN_US = 10 * 60 * 1_000_000
const LOOK_MS = 250
const RETRY_MS_MAX = 10_000
const WRITE_TIMEOUT_MS = 10_000

/** Where a device is: what an alarm about it is about, too. */
export type Whereabouts = (device: string) => { readonly entity: string; readonly area: string | null } | null

/**
 * The active alarms, in memory and in the database. A finding is known here at once and shown once the database has it, for
 * that gives it its id; while the database is away findings wait here, and the log has them.
 */
export class Alarms implements AlarmFeed {
  readonly #db: Db
  readonly #whereabouts: Whereabouts
  readonly #log: Log
  readonly #now: () => Micros
  readonly #states = new Map<string, AlarmState>()
  /** By id, those that the database has: active, or cleared a short while ago. */
  readonly #shown = new Map<string, Alarm>()
  readonly #listeners = new Set<(id: string) => void>()
  readonly #unwritten = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #isLoaded = false
  #isWriting = false
  #retryMs = LOOK_MS
  #nextTryAt = 0
  #refused = 0

  constructor(db: Db, whereabouts: Whereabouts, log: Log, now: () => Micros = microsNow) {
    this.#db = db
    this.#whereabouts = whereabouts
    this.#log = log
    this.#now = now
  }

  /** Reads what is active from before this start, and begins to write. To be called once the database is there. */
  async start(): Promise<void> {
    const filter = {
      state: 'active',
      kind: null,
      severity: null,
      device: null,
      since: null,
      before: null,
    } as const
    for (const alarm of await listAlarms(this.#db, { ...filter, limit: ACTIVE_MAX })) {
      if (!this.#states.has(alarm.key)) this.#states.set(alarm.key, restored(alarm))
      this.#shown.set(String(alarm.id), alarm)
    }
    this.#isLoaded = true
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    if (this.#isLoaded) await this.#write()
  }

  raise(finding: Finding): void {
    const known = this.#states.get(finding.key)
    if (!known && this.#states.size >= ACTIVE_MAX) {
      this.#refused += 1
      if (Number.isInteger(Math.log10(this.#refused)))
        this.#log.error(
          { rule: finding.rule, count: this.#refused },
          'too many alarms are active: no new ones are raised',
        )
      return
    }
    if (!known) {
      const { rule, severity, device, address } = finding
      this.#log.warn({ rule, severity, device, address }, `alarm: ${finding.text}`)
    }
    this.#states.set(finding.key, found(known, finding, this.#now()))
    this.#unwritten.add(finding.key)
  }

  /** What the key stands for is over. */
  clear(key: string): void {
    const state = this.#states.get(key)
    if (!state) return
    this.#states.set(key, cleared(state, this.#now()))
    this.#unwritten.add(key)
  }

  /** Null: no such alarm. */
  async acknowledge(id: number, by: string, note: string | null): Promise<Alarm | null> {
    const alarm = await acknowledgeAlarm(this.#db, { id, by, note, at: this.#now() })
    if (alarm && this.#shown.has(String(id))) this.#show(alarm)
    return alarm
  }

  *active(): Iterable<string> {
    for (const [id, { clearedAt }] of this.#shown) if (clearedAt === null) yield id
  }

  /** Active ones, and those cleared a short while ago. */
  recent = (): Iterable<Alarm> => this.#shown.values()

  alarm = (id: string): Alarm | undefined => this.#shown.get(id)

  payloads(id: string): readonly Buffer[] {
    const alarm = this.#shown.get(id)
    if (!alarm) return []
    const document = Buffer.from(JSON.stringify(alarmDocument(alarm)))
    return alarm.clearedAt === null ? [document] : [document, Buffer.alloc(0)]
  }

  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Clears what is over by now, and writes what is new. */
  async look(): Promise<void> {
    const now = this.#now()
    for (const [key, state] of this.#states) if (isOver(state, now)) this.clear(key)
    for (const [id, { clearedAt }] of this.#shown)
      if (clearedAt !== null && now - clearedAt > CLEARED_SHOWN_US) this.#shown.delete(id)
    if (Date.now() >= this.#nextTryAt) await this.#write()
  }

  async #write(): Promise<void> {
    if (this.#isWriting || this.#unwritten.size === 0) return
    this.#isWriting = true
    const keys = [...this.#unwritten]
    this.#unwritten.clear()
    try {
      await this.#writeStates(keys.flatMap((key) => this.#states.get(key) ?? []))
      this.#retryMs = LOOK_MS
    } catch (error) {
      for (const key of keys) this.#unwritten.add(key)
      const isNews = this.#retryMs === LOOK_MS
      this.#log[isNews ? 'warn' : 'debug'](
        { err: error },
        'alarms were not written; it is tried again until they are',
      )
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
      this.#nextTryAt = Date.now() + this.#retryMs
    } finally {
      this.#isWriting = false
    }
  }

  async #writeStates(states: readonly AlarmState[]): Promise<void> {
    const rows = states.filter(({ unwritten, written }) => unwritten > 0 || written === null)
    const byKey = new Map(
      states.flatMap((state) => (state.written ? [[state.finding.key, state.written]] : [])),
    )
    await this.#db.transaction(
      async (tx) => {
        if (rows.length > 0)
          for (const alarm of await raiseAlarms(
            tx,
            rows.map((state) => this.#rowOf(state)),
          ))
            byKey.set(alarm.key, alarm)
        const over = states.flatMap(({ finding, clearedAt }) => {
          const id = byKey.get(finding.key)?.id
          return clearedAt === null || id === undefined ? [] : [{ id, at: clearedAt }]
        })
        if (over.length > 0) await clearAlarms(tx, over)
      },
      { timeoutMs: WRITE_TIMEOUT_MS },
    )
    for (const state of states) {
      const alarm = byKey.get(state.finding.key)
      if (alarm) this.#wrote(state, alarm)
    }
  }

  /** More may have been found, and an acknowledgement may have come, while it was written. */
  #wrote(before: AlarmState, row: Alarm): void {
    const { key } = before.finding
    const now = this.#states.get(key)
    if (!now) return
    const shown = this.#shown.get(String(row.id))
    const { acknowledgedAt, acknowledgedBy, note } = shown?.acknowledgedAt ? shown : row
    const alarm = { ...row, clearedAt: before.clearedAt, acknowledgedAt, acknowledgedBy, note }
    if (before.clearedAt === null) this.#states.set(key, written(now, alarm, before.unwritten))
    else {
      // Found again since: that is a new alarm.
      const unwritten = now.unwritten - before.unwritten
      if (unwritten > 0) {
        this.#states.set(key, { ...now, raisedAt: now.lastAt, unwritten, clearedAt: null, written: null })
        this.#unwritten.add(key)
      } else this.#states.delete(key)
    }
    this.#show(alarm)
  }

  #show(alarm: Alarm): void {
    const id = String(alarm.id)
    this.#shown.set(id, alarm)
    for (const listener of this.#listeners) listener(id)
  }

  #rowOf({ finding, raisedAt, lastAt, unwritten }: AlarmState): RaisedAlarm {
    const place = finding.device === null ? null : this.#whereabouts(finding.device)
    const { entity = place?.entity ?? null, textVi = null, ...more } = finding
    return {
      ...more,
      textVi,
      entity,
      area: place?.area ?? null,
      raisedAt,
      lastAt,
      count: Math.max(unwritten, 1),
    }
  }
}
