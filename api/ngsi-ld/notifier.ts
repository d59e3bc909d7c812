import { randomUUID } from 'node:crypto'
import { post } from '../../core/post.ts'
import { formatTime, type Micros, microsNow } from '../../core/time.ts'
import {
  listSubscriptions,
  recordNotification,
  type StoredSubscription,
} from '../../store/ngsi-subscriptions.ts'
import type { ApiParts } from '../parts.ts'
import type { NgsiEntity } from './entity.ts'

import { project, represent } from './representation.ts'
import { readSubscription, type SubscriptionDocument, type Watch } from './subscription.ts'
import type { TwinEntities } from './twin-entities.ts'
import { contextDocument } from './vocabulary.ts'

const TICK_MS = 250
const RELOAD_MS = 5000
/** Entities that wait for one subscription: what more changes is counted, and told with its next change. */
const PENDING_MAX = 10_000
const BATCH_MAX = 200
const BACKOFF_MAX_MS = 300_000

interface Live {
  readonly id: string
  readonly watch: Watch
  readonly mayStayInside: boolean
  readonly since: Micros
  /** Entities that changed since they were told; each once, however often it did. */
  readonly pending: Set<string>
  /** The watched attributes as they were looked at last. */
  readonly stamps: Map<string, string>
  notBeforeMs: number
  failures: number
  isBusy: boolean
  dropped: number
}

type Parts = Pick<ApiParts, 'twins' | 'store' | 'log'>

/** Tells subscribers of changes (5.8.6), off the path of a message: a change only puts an id into a set. */
export class Notifier {
  readonly #parts: Parts
  readonly #entities: TwinEntities
  readonly #live = new Map<string, Live>()
  /** Changed since the last tick: one look-up a change is all that a message pays. */
  readonly #dirty = new Set<string>()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #loadAtMs = 0
  #unlisten: (() => void) | null = null

  constructor(parts: Parts, entities: TwinEntities) {
    this.#parts = parts
    this.#entities = entities
  }

  /** The database may not be there yet: subscriptions are read when it is. */
  start(): void {
    this.#unlisten = this.#parts.twins.onChange((entity) => this.#changed(entity))
    this.#timer = setInterval(() => this.#tick(Date.now()), TICK_MS)
    this.#timer.unref()
  }

  stop(): void {
    this.#unlisten?.()
    if (this.#timer) clearInterval(this.#timer)
    this.#stopping.abort()
  }

  /** A subscription is new or changed. */
  put({ id, document, mayStayInside, modifiedAt }: StoredSubscription): void {
    const watch = readSubscription(document as SubscriptionDocument)
    if (!watch.ok) return this.#parts.log.warn({ subscription: id }, watch.error.detail)
    this.#live.set(id, {
      id,
      watch: watch.value,
      mayStayInside,
      since: modifiedAt,
      pending: new Set(),
      stamps: new Map(),
      notBeforeMs: 0,
      failures: 0,
      isBusy: false,
      dropped: 0,
    })
  }

  remove(id: string): void {
    this.#live.delete(id)
  }

  #changed(entity: string): void {
    if (this.#live.size > 0) this.#dirty.add(entity)
  }

  /** Gives each subscription those of the changed entities that it may be about. */
  #deal(): void {
    for (const live of this.#live.values()) {
      if (!live.watch.isActive) continue
      for (const entity of this.#dirty) {
        if (live.pending.has(entity)) continue
        if (!live.watch.queries.some((query) => this.#entities.isCandidate(entity, query))) continue
        if (live.pending.size < PENDING_MAX) live.pending.add(entity)
        else live.dropped++
      }
    }
    this.#dirty.clear()
  }

  #tick(nowMs: number): void {
    if (nowMs >= this.#loadAtMs && this.#loadAtMs >= 0) void this.#load(nowMs)
    this.#deal()
    for (const live of this.#live.values()) {
      if (live.isBusy || live.pending.size === 0 || nowMs < live.notBeforeMs) continue
      if (live.watch.expiresAt !== null && live.watch.expiresAt <= nowMs * 1000) live.pending.clear()
      else void this.#notify(live)
    }
  }

  async #load(nowMs: number): Promise<void> {
    this.#loadAtMs = nowMs + RELOAD_MS
    try {
      const stored = await listSubscriptions(this.#parts.store.db)
      for (const one of stored) if (!this.#live.has(one.id)) this.put(one)
      this.#loadAtMs = -1
    } catch (error) {
      this.#parts.log.debug({ err: error }, 'the subscriptions cannot be read yet')
    }
  }

  async #notify(live: Live): Promise<void> {
    live.isBusy = true
    try {
      const told = this.#toTell(live)
      if (told.length > 0) await this.#send(live, told)
    } catch (error) {
      this.#parts.log.warn({ err: error, subscription: live.id }, 'a notification was not recorded')
    } finally {
      live.isBusy = false
    }
  }

  async #send(
    live: Live,
    told: readonly { readonly id: string; readonly entity: NgsiEntity }[],
  ): Promise<void> {
    const { watch, id, mayStayInside } = live
    const now = microsNow()
    const notification = {
      id: `urn:ngsi-ld:Notification:${randomUUID()}`,
      type: 'Notification',
      subscriptionId: id,
      notifiedAt: formatTime(now),
      data: told.map(({ entity }) => represent(project(entity, watch.projection), { form: watch.form })),
    }
    const fault = await post({
      uri: watch.uri,
      headers: { 'content-type': watch.isLinked ? 'application/ld+json' : 'application/json' },
      body: JSON.stringify(watch.isLinked ? { ...notification, ...contextDocument() } : notification),
      mayStayInside,
      signal: this.#stopping.signal,
    })
    if (this.#stopping.signal.aborted || this.#live.get(id) !== live) return
    if (fault === null) {
      live.failures = 0
      live.notBeforeMs = Date.now() + watch.throttlingMs
    } else {
      for (const one of told) {
        live.pending.add(one.id)
        live.stamps.delete(one.id)
      }
      live.failures++
      const backoffMs = Math.min(BACKOFF_MAX_MS, 1000 * 2 ** Math.min(live.failures - 1, 20))
      live.notBeforeMs = Date.now() + Math.max(backoffMs, watch.throttlingMs)
      this.#parts.log.warn({ subscription: id, fault, dropped: live.dropped }, 'a notification was not taken')
    }
    await recordNotification(this.#parts.store.db, id, fault === null, now)
  }

  /** Takes from what waits, as far as it is asked for. */
  #toTell(live: Live) {
    const told: { id: string; entity: NgsiEntity }[] = []
    for (const id of live.pending) {
      if (told.length >= BATCH_MAX) break
      live.pending.delete(id)
      if (!live.watch.queries.some((query) => this.#entities.isCandidate(id, query))) continue
      const entity = this.#entities.byId(id)
      const isWanted = (one: NgsiEntity) =>
        live.watch.queries.some((query) => this.#entities.isCandidate(id, query) && query.isWanted(one))
      // First whether it changed, so that a value seen while q was not true is known.
      if (entity && isWatchedChange(live, id, entity) && isWanted(entity)) told.push({ id, entity })
    }
    return told
  }
}

/** Whether one of the watched attributes is not as it was; of an entity that was not looked at yet, whether one is newer than the
 *  subscription. */
function isWatchedChange(
  { watch: { watched }, stamps, since }: Live,
  id: string,
  entity: NgsiEntity,
): boolean {
  if (!watched) return true
  const own = [...watched].flatMap((name) => {
    const attribute = Object.hasOwn(entity.attributes, name) ? entity.attributes[name] : undefined
    return attribute ? [attribute] : []
  })
  const stamp = JSON.stringify(own.map(({ value, object, observedAt }) => [value, object, observedAt]))
  const known = stamps.get(id)
  stamps.set(id, stamp)
  if (known !== undefined) return known !== stamp
  return own.some(
    ({ observedAt }) => observedAt !== undefined && Date.parse(observedAt) * 1000 >= since - 1000,
  )
}
