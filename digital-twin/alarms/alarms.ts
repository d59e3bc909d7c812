import type { Alarm, Finding } from '../../core/alarm.ts'
import { InTurn } from '../../core/in-turn.ts'
import type { AlarmFeed, Log } from '../../core/ports.ts'
import { type Micros, microsNow } from '../../core/time.ts'
import {
  type AlarmAction,
  actOnAlarm,
  deleteAlarm,
  endShelving,
  putIntoGroups,
} from '../../store/alarm-actions.ts'
import { findAlarms, listActiveAlarms } from '../../store/alarm-list.ts'
import { clearAlarms, raiseAlarms } from '../../store/alarms.ts'
import type { Db } from '../../store/db.ts'
import { AlarmBounds } from './alarm-bounds.ts'
import { alarmDocument } from './alarm-document.ts'
import { planGroups } from './alarm-groups.ts'
import { type AlarmState, cleared, found, isOver, restored, written } from './alarm-state.ts'
import { NO_SURROUNDINGS, rowOf, type Surroundings, type Whereabouts } from './surroundings.ts'

/** More than can be active, and their groups. */
const STARTED_WITH_MAX = 30_000
/** So many are written in one transaction. */
const BATCH_MAX = 1000
/** A cleared alarm is shown to who comes back to a stream within this time. */
const CLEARED_SHOWN_US = 10 * 60 * 1_000_000
const LOOK_MS = 250
const RETRY_MS_MAX = 10_000
const WRITE_TIMEOUT_MS = 10_000

/**
 * The active alarms, in memory and in the database. A finding is known here at once and shown once the database has it, for
 * that gives it its id; while the database is away findings wait here, and the log has them.
 */
export class Alarms implements AlarmFeed {
  readonly #db: Db
  readonly #whereabouts: Whereabouts
  readonly #log: Log
  readonly #now: () => Micros
  readonly #around: Surroundings
  readonly #states = new Map<string, AlarmState>()
  /** By id, those that the database has: active, or cleared a short while ago. */
  readonly #shown = new Map<string, Alarm>()
  readonly #listeners = new Set<(id: string) => void>()
  readonly #unwritten = new Set<string>()
  #timer: NodeJS.Timeout | null = null
  #isLoaded = false
  readonly #bounds: AlarmBounds
  /** Until when, by id. */
  readonly #shelved = new Map<number, Micros>()
  /** What is written is written one after the other, so that what it gives back is the newest. */
  readonly #turn = new InTurn()
  #isLooking = false
  #isGroupingDue = false
  #retryMs = LOOK_MS
  #nextTryAt = 0
  /** What was raised before this is written, and in its group. */
  settledAt: Micros = 0

  constructor(
    db: Db,
    whereabouts: Whereabouts,
    log: Log,
    now: () => Micros = microsNow,
    around: Surroundings = NO_SURROUNDINGS,
  ) {
    this.#db = db
    this.#whereabouts = whereabouts
    this.#log = log
    this.#now = now
    this.#around = around
    this.#bounds = new AlarmBounds(log)
  }

  /** Reads what is active from before this start, and begins to write. To be called once the database is there; again if that failed. */
  async start(): Promise<void> {
    for (const alarm of await listActiveAlarms(this.#db, STARTED_WITH_MAX)) {
      if (alarm.clearedAt === null && !this.#states.has(alarm.key)) this.#keep(alarm.key, restored(alarm))
      this.#show(alarm)
    }
    this.#isLoaded = true
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    if (this.#isLoaded)
      await this.#write().catch((error) => this.#log.warn({ err: error }, 'the last alarms were not written'))
  }

  /** False: it is refused, for too many are active. */
  raise(finding: Finding): boolean {
    const known = this.#states.get(finding.key)
    if (!known && !this.#bounds.hasRoom(finding)) return false
    const { rule, severity, device, address } = finding
    if (!known) this.#log.warn({ rule, severity, device, address }, `alarm: ${finding.text}`)
    this.#keep(finding.key, found(known, finding, this.#now()))
    this.#unwritten.add(finding.key)
    return true
  }

  /** What the key stands for is over. */
  clear(key: string): void {
    const state = this.#states.get(key)
    if (!state) return
    this.#states.set(key, cleared(state, this.#now()))
    this.#unwritten.add(key)
  }

  /** Null: no such alarm. One that is cleared is raised anew with the next finding. */
  async act(id: number, action: AlarmAction, by: string, note: string | null): Promise<Alarm | null> {
    return this.#turn.do(async () => {
      const at = this.#now()
      const alarms = await this.#db.transaction((tx) => actOnAlarm(tx, action, { id, by, note, at }))
      for (const alarm of alarms) {
        const state = this.#states.get(alarm.key)
        if (alarm.clearedAt !== null && state?.written?.id === alarm.id) this.#forget(alarm.key)
        if (alarm.clearedAt === null || this.#shown.has(String(alarm.id))) this.#show(alarm)
      }
      return alarms.find((alarm) => alarm.id === id) ?? null
    })
  }

  /** Only one that is over, with all that follows from it. */
  async delete(id: number): Promise<'deleted' | 'active' | 'missing'> {
    return this.#turn.do(async () => {
      const outcome = await this.#db.transaction((tx) => deleteAlarm(tx, id))
      if (outcome === 'deleted') {
        this.#shown.delete(String(id))
        this.#shelved.delete(id)
      }
      return outcome
    })
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

  /** Clears what is over by now, writes what is new, ends shelvings, and puts into groups what hangs together. */
  async look(): Promise<void> {
    const now = this.#now()
    for (const [key, state] of this.#states) if (isOver(state, now)) this.clear(key)
    for (const [id, { clearedAt }] of this.#shown)
      if (clearedAt !== null && now - clearedAt > CLEARED_SHOWN_US) this.#shown.delete(id)
    if (Date.now() < this.#nextTryAt || this.#isLooking) return
    this.#isLooking = true
    try {
      await this.#write()
      await this.#unshelve(now)
      if (this.#isGroupingDue && this.#unwritten.size === 0) await this.#group(now)
      if (this.#unwritten.size === 0 && !this.#isGroupingDue) this.settledAt = now
      this.#retryMs = LOOK_MS
    } catch (error) {
      const isNews = this.#retryMs === LOOK_MS
      this.#log[isNews ? 'warn' : 'debug'](
        { err: error },
        'alarms were not written; it is tried again until they are',
      )
      this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
      this.#nextTryAt = Date.now() + this.#retryMs
    } finally {
      this.#isLooking = false
    }
  }

  async #write(): Promise<void> {
    const keys = [...this.#unwritten]
    for (let from = 0; from < keys.length; from += BATCH_MAX) {
      const batch = keys.slice(from, from + BATCH_MAX)
      await this.#turn.do(async () => {
        for (const key of batch) this.#unwritten.delete(key)
        try {
          await this.#writeStates(batch.flatMap((key) => this.#states.get(key) ?? []))
        } catch (error) {
          for (const key of batch) this.#unwritten.add(key)
          throw error
        }
      })
    }
  }

  async #unshelve(now: Micros): Promise<void> {
    if (![...this.#shelved.values()].some((until) => until <= now)) return
    await this.#turn.do(async () => {
      for (const alarm of await this.#db.transaction((tx) => endShelving(tx, now))) {
        this.#shelved.delete(alarm.id)
        if (alarm.clearedAt === null || this.#shown.has(String(alarm.id))) this.#show(alarm)
      }
    })
  }

  async #group(now: Micros): Promise<void> {
    this.#isGroupingDue = false
    const active = [...this.#shown.values()].filter(({ clearedAt }) => clearedAt === null)
    const { moves, raise, clear } = planGroups(active, this.#around)
    for (const finding of raise) this.raise(finding)
    if (moves.length > 0) await this.#turn.do(() => this.#move(moves, now))
    for (const key of clear) this.clear(key)
  }

  async #move(moves: readonly { id: number; group: number | null }[], now: Micros): Promise<void> {
    const before = moves.map(({ id }) => this.#shown.get(String(id))?.group ?? null)
    const groups = [...before, ...moves.map(({ group }) => group)].filter((id) => id !== null)
    const alarms = await this.#db.transaction(
      async (tx) => {
        await putIntoGroups(tx, moves, now)
        return findAlarms(tx, [...new Set([...moves.map(({ id }) => id), ...groups])])
      },
      { timeoutMs: WRITE_TIMEOUT_MS },
    )
    for (const alarm of alarms) this.#show(alarm)
  }

  async #writeStates(states: readonly AlarmState[]): Promise<void> {
    const rows = states.filter(({ unwritten, written }) => unwritten > 0 || written === null)
    const byKey = new Map(
      states.flatMap(({ finding, written }) => (written ? [[finding.key, written] as const] : [])),
    )
    await this.#db.transaction(
      async (tx) => {
        const raised =
          rows.length > 0
            ? await raiseAlarms(
                tx,
                rows.map((state) => rowOf(state, this.#whereabouts, this.#around)),
              )
            : []
        for (const alarm of raised) byKey.set(alarm.key, alarm)
        const over = states.flatMap(({ finding, clearedAt }) => {
          const id = byKey.get(finding.key)?.id
          return clearedAt === null || id === undefined ? [] : [{ id, at: clearedAt }]
        })
        if (over.length > 0) for (const alarm of await clearAlarms(tx, over)) byKey.set(alarm.key, alarm)
      },
      { timeoutMs: WRITE_TIMEOUT_MS },
    )
    for (const state of states) {
      const alarm = byKey.get(state.finding.key)
      if (alarm) this.#wrote(state, alarm)
    }
  }

  /** More may have been found while it was written. */
  #wrote(before: AlarmState, alarm: Alarm): void {
    const { key } = before.finding
    const now = this.#states.get(key)
    if (!now) return
    if (before.clearedAt === null) this.#states.set(key, written(now, alarm, before.unwritten))
    else {
      // Found again since: that is a new alarm.
      const unwritten = now.unwritten - before.unwritten
      if (unwritten > 0) {
        this.#states.set(key, { ...now, raisedAt: now.lastAt, unwritten, clearedAt: null, written: null })
        this.#unwritten.add(key)
      } else this.#forget(key)
    }
    this.#show(alarm)
  }

  #keep(key: string, state: AlarmState): void {
    if (!this.#states.has(key)) this.#bounds.add(state.finding.kind)
    this.#states.set(key, state)
  }

  #forget(key: string): void {
    const state = this.#states.get(key)
    if (state) this.#bounds.remove(state.finding.kind)
    this.#states.delete(key)
  }

  #show(alarm: Alarm): void {
    const id = String(alarm.id)
    const known = this.#shown.get(id)
    const isOther = !known || (known.clearedAt === null) !== (alarm.clearedAt === null)
    if (alarm.kind === 'process' && isOther) this.#isGroupingDue = true
    if (alarm.shelvedUntil === null) this.#shelved.delete(alarm.id)
    else this.#shelved.set(alarm.id, alarm.shelvedUntil)
    this.#shown.set(id, alarm)
    for (const listener of this.#listeners) listener(id)
  }
}
