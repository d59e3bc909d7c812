import type { Micros } from '../../core/time.ts'
import type { Device, Entity } from '../../store/device.ts'
import type { Registry } from '../../store/registry.ts'
import { silenceAfterUs } from './detectors/silence.ts'
import type { RuleIndex } from './rule-index.ts'
import type { Watch } from './watch.ts'

interface SilenceParts {
  readonly index: RuleIndex
  readonly registry: Pick<Registry, 'entity' | 'device' | 'devices' | 'onNewDevice'>
  readonly twins: { lastSeen(entity: string): Micros | null; intervalS(entity: Entity): number }
  now(): Micros
  isActive(key: string): boolean
  /** Since null: it was never heard. False: not now. */
  raise(watch: Watch, key: string, since: Micros | null): boolean
  clear(key: string): void
}

/** The interval of a device may change meanwhile. */
const LOOK_AGAIN_S = 60
const SECOND_US = 1_000_000

/** Who was not heard for too long. Each entity is looked at when it may have become silent, and when it is heard again. */
export class SilenceWatch {
  readonly #parts: SilenceParts
  readonly #startedAt: Micros
  /** Entities by the second in which they are looked at: a minute's worth at most. */
  readonly #plan = new Map<number, string[]>()
  readonly #plannedS = new Map<string, number>()
  readonly #silent = new Set<string>()
  readonly #heard = new Set<string>()
  /** By entity, those that it has or had. */
  readonly #devices = new Map<string, string[]>()

  constructor(parts: SilenceParts) {
    this.#parts = parts
    this.#startedAt = parts.now()
    const add = ({ id, entity }: Device) => {
      const known = this.#devices.get(entity)
      if (known) known.push(id)
      else this.#devices.set(entity, [id])
    }
    for (const device of parts.registry.devices()) add(device)
    parts.registry.onNewDevice(add)
  }

  /** On the way of every reading of an entity that such a rule watches. */
  heard(entity: string): void {
    if (this.#silent.has(entity) || !this.#plannedS.has(entity)) this.#heard.add(entity)
  }

  /** Looks at those whose time has come. */
  sweep(): void {
    const nowS = Math.floor(this.#parts.now() / SECOND_US)
    for (const [second, entities] of this.#plan) {
      if (second > nowS) continue
      this.#plan.delete(second)
      for (const entity of entities) if (this.#plannedS.get(entity) === second) this.#lookAt(entity)
    }
    this.lookAtHeard()
  }

  lookAtHeard(): void {
    for (const entity of this.#heard) this.#lookAt(entity)
    this.#heard.clear()
  }

  #lookAt(id: string): void {
    this.#plannedS.delete(id)
    const entity = this.#parts.registry.entity(id)
    if (entity) this.look(entity)
  }

  look(entity: Entity): void {
    const { index, twins, now } = this.#parts
    const { silence } = index.of(entity)
    this.#silent.delete(entity.id)
    if (silence.length === 0) return
    const lastSeen = twins.lastSeen(entity.id)
    const inService = this.#inServiceSince(entity.id)
    const base = inService === 'retired' ? null : (lastSeen ?? inService)
    const at = now()
    if (base === null) {
      for (const { rule } of silence) this.#clear(`rule/${rule.id}/${entity.id}`)
      return this.#planLook(entity.id, Math.floor(at / SECOND_US) + LOOK_AGAIN_S)
    }
    let nextS = LOOK_AGAIN_S
    for (const watch of silence) {
      const afterUs = silenceAfterUs(watch.rule.condition, twins.intervalS(entity))
      const leftUs = this.#judge(watch, entity.id, lastSeen, base + afterUs, this.#startedAt + afterUs)
      nextS = Math.min(nextS, Math.max(1, Math.ceil(leftUs / SECOND_US)))
    }
    this.#planLook(entity.id, Math.floor(at / SECOND_US) + nextS)
  }

  /** Gives how long it may still go on before it is too long. */
  #judge(watch: Watch, id: string, lastSeen: Micros | null, endsAt: Micros, graceEndsAt: Micros): number {
    const { isActive, raise, clear, now } = this.#parts
    const key = `rule/${watch.rule.id}/${id}`
    const wasSilent = isActive(key)
    // After a start everybody gets the time of the rule to be heard; who was silent before stays so.
    const at = wasSilent ? endsAt : Math.max(endsAt, graceEndsAt)
    const isSilent = now() > at
    if (wasSilent && !isSilent) clear(key)
    if (isSilent && (wasSilent || raise(watch, key, lastSeen))) this.#silent.add(id)
    return isSilent ? LOOK_AGAIN_S * SECOND_US : at - now() + 1
  }

  #clear(key: string): void {
    if (this.#parts.isActive(key)) this.#parts.clear(key)
  }

  #planLook(entity: string, second: number): void {
    this.#plannedS.set(entity, second)
    const planned = this.#plan.get(second)
    if (planned) planned.push(entity)
    else this.#plan.set(second, [entity])
  }

  /** Since when an entity has a device that is in service; retired: none of its devices is any more; null: it never had one. */
  #inServiceSince(entity: string): Micros | 'retired' | null {
    const devices = (this.#devices.get(entity) ?? []).flatMap((id) => this.#parts.registry.device(id) ?? [])
    if (devices.length === 0) return null
    const inService = devices.filter(({ retiredAt }) => retiredAt === null)
    return inService.length === 0 ? 'retired' : Math.min(...inService.map(({ validFrom }) => validFrom))
  }
}
