import { createHash } from 'node:crypto'
import { isId } from '../core/id.ts'
import type { Observation } from '../core/message.ts'
import type { Log } from '../core/ports.ts'
import type { RejectionCode } from '../core/rejection-codes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Micros, microsNow } from '../core/time.ts'
import type { ChildrenRule, Device, NewDevice } from '../store/device.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'
import { Newcomers } from './newcomers.ts'

/** Whose a reading is. */
export interface Owner {
  readonly device: string
  readonly entity: string
  /** The device's, or the one its gateway's rule will give it. */
  readonly profile: string | null
  /** Where it is not there yet: what is to be made, once it has a reading that is good. */
  readonly plan?: NewDevice
}

type Binding = Partial<Pick<Device, 'externalIds' | 'gateways'>>

interface Refusal {
  readonly code: RejectionCode
  readonly detail: string
}

/** A device that spoke through a gateway and is not registered. */
export interface Waiting {
  readonly source: string
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly count: number
}

/** What holds for a gateway that was given no rule of its own. */
export const CHILDREN_RULE: ChildrenRule = {
  mode: 'create',
  type: 'sensor',
  profile: null,
  area: null,
  max: 10_000,
}

const WAITING_PER_GATEWAY_MAX = 1000
const EXTERNAL_ID_CHARS_MAX = 128
const BINDING_RETRY_MS = 1000

/**
 * Whose the readings of a message are. An end device speaks for itself. A gateway speaks for the devices that are bound to
 * it; for one that goes by the name it gives and is bound to nobody it becomes that device's gateway; and for a name nobody
 * has registered its rule says whether a device `<gateway>.<name>` is made, or the message held.
 */
export class Sources {
  readonly #registry: Registry
  readonly #log: Log
  readonly #newcomers: Newcomers
  readonly #waiting = new Map<string, Map<string, Waiting>>()
  /** Devices whose binding is not stored yet, with what speaks for them. */
  readonly #binding = new Map<string, string>()
  /** What end devices called themselves first, where it is not stored. */
  readonly #firstNames = new Map<string, string>()

  constructor(registry: Registry, wiring: Wiring, log: Log) {
    this.#registry = registry
    this.#log = log
    this.#newcomers = new Newcomers(registry, wiring, log)
  }

  /** `names`: what the message calls the device, best first; none: the sender itself. */
  ownerOf(sender: Device, names: readonly string[]): Result<Owner, Refusal> {
    if (names.length === 0 || names.some((name) => isOwnName(sender, name))) return ok(ownerOf(sender))
    const [source = '', ...more] = names.map(short)
    if (sender.role !== 'gateway') return this.#endDevice(sender, source)
    return this.#bound(sender, [source, ...more]) ?? this.#stranger(sender, source)
  }

  /** A reading of this owner is good: what is not there yet is made with its commit. */
  mean({ plan }: Owner): void {
    if (plan) this.#newcomers.mean(plan)
  }

  /** The device that a message names, where there is one already that its sender may speak for. */
  knownDevice(sender: Device, names: readonly string[]): string | undefined {
    if (names.some((name) => isOwnName(sender, name))) return sender.id
    if (sender.role !== 'gateway') return sender.externalIds.length === 0 ? sender.id : undefined
    return this.#behind(sender.id, names.map(short)).find(({ retiredAt }) => retiredAt === null)?.id
  }

  /** The profile by which the fields of a device are read, before it is decided whose they are; by any of its names. */
  profileOf(sender: Device, names: readonly string[]): string | null {
    if (sender.role !== 'gateway') return null
    for (const given of names) {
      const name = short(given)
      const device = this.#registry.behind(sender.id, name) ?? this.#registry.byExternalId(name)[0]
      if (device?.profile) return device.profile
    }
    return sender.children?.profile ?? null
  }

  /** Devices whose messages are held for approval, oldest first. */
  waiting = (gateway: string): readonly Waiting[] => [...(this.#waiting.get(gateway)?.values() ?? [])]

  approved(gateway: string, source: string): void {
    this.#waiting.get(gateway)?.delete(keyOf(short(source)))
  }

  /** Makes the devices of these observations that are not there yet; part of every commit. */
  ensure = (observations: readonly Observation[], timeoutMs?: number): Promise<void> =>
    this.#newcomers.ensure(observations, timeoutMs)

  /** Its first name becomes the end device's own; another one is another device's. */
  #endDevice(sender: Device, source: string): Result<Owner, Refusal> {
    const bound = sender.externalIds[0] ?? this.#firstNames.get(sender.id)
    if (bound !== undefined && keyOf(bound) !== keyOf(source))
      return refuse(
        'source_not_allowed',
        `the message speaks for "${source}", and ${sender.id} is the end device "${bound}": add the name to its externalIds, or give it the role gateway`,
      )
    this.#firstNames.set(sender.id, source)
    this.#bind(sender.id, sender.id, { externalIds: [source] })
    return ok(ownerOf(sender))
  }

  /** Those that a gateway may speak for and that go by one of these names or, for want of names, by this id. */
  #behind(gateway: string, names: readonly string[]): Device[] {
    return names.flatMap((name) => {
      const named = this.#registry.behind(gateway, name)
      const byId = isId(name) ? this.#registry.device(name) : undefined
      return [...(named ? [named] : []), ...(byId?.gateways.includes(gateway) ? [byId] : [])]
    })
  }

  /** The device that is known by one of these names and that this gateway may speak for; null: nobody is. */
  #bound(gateway: Device, names: readonly string[]): Result<Owner, Refusal> | null {
    const own = this.#behind(gateway.id, names)
    const now = microsNow()
    const inService = own.find(({ retiredAt }) => retiredAt === null || retiredAt > now)
    if (inService) return ok(ownerOf(inService))
    const known = names.flatMap((name) => this.#registry.byExternalId(name))
    const free = known.find(({ gateways }) => gateways.length === 0)
    if (free) return this.#bindTo(gateway, free)
    // Its name may be another device's by now.
    if (own[0]) return refuse('device_retired', `${own[0].id} was retired`)
    // What another gateway's rule made is that gateway's own; what a person registered is one device, whoever carries it.
    const [other] = known
    return other
      ? refuse(
          'source_not_allowed',
          `${other.id} is bound to ${other.gateways.join(', ')}: add ${gateway.id} to its gateways`,
        )
      : null
  }

  #bindTo(gateway: Device, free: Device): Result<Owner, Refusal> {
    const first = this.#binding.get(free.id) ?? gateway.id
    if (first !== gateway.id)
      return refuse('source_not_allowed', `${free.id} is being bound to ${first}, which named it first`)
    this.#bind(free.id, gateway.id, { gateways: [gateway.id] })
    return ok(ownerOf(free))
  }

  #stranger(gateway: Device, source: string): Result<Owner, Refusal> {
    const rule = gateway.children ?? CHILDREN_RULE
    if (rule.mode === 'refuse')
      return refuse(
        'source_not_allowed',
        `"${source}" is not registered, and ${gateway.id} may not bring new devices`,
      )
    if (rule.mode === 'hold') {
      this.#wait(gateway.id, source)
      return refuse(
        'device_held',
        `"${source}" waits for approval: POST /api/v1/gateways/${gateway.id}/children, then replay`,
      )
    }
    const meant = this.#newcomers.find(gateway.id, source)
    const count = this.#registry.unclaimedBehind(gateway.id) + this.#newcomers.countBehind(gateway.id)
    if (!meant && count >= rule.max)
      return refuse('too_many_children', `${gateway.id} has brought ${rule.max} devices already`)
    const plan = meant ?? this.#newcomers.plan(gateway, source, rule)
    return ok({ device: plan.id, entity: plan.entity, profile: plan.profile, plan })
  }

  #wait(gateway: string, source: string): void {
    const waiting = this.#waiting.get(gateway) ?? new Map<string, Waiting>()
    this.#waiting.set(gateway, waiting)
    const before = waiting.get(keyOf(source))
    if (!before && waiting.size >= WAITING_PER_GATEWAY_MAX) return
    const now = microsNow()
    waiting.set(keyOf(source), {
      source,
      firstAt: before?.firstAt ?? now,
      lastAt: now,
      count: (before?.count ?? 0) + 1,
    })
  }

  /** Not waited for: until it is stored the same is found again. */
  #bind(id: string, by: string, update: Binding, isNews = true): void {
    if (this.#binding.has(id)) return
    this.#binding.set(id, by)
    this.#registry
      .update(id, update)
      .then((fault) => {
        this.#binding.delete(id)
        // A name that is another device's already is this one's until the next start.
        if (fault) return
        this.#firstNames.delete(id)
        this.#log.info({ device: id, ...update }, 'a device was bound to what spoke for it first')
      })
      .catch((error: unknown) => {
        this.#log[isNews ? 'warn' : 'debug'](
          { err: error, device: id },
          'a binding was not stored; it is tried again until it is',
        )
        setTimeout(() => this.#retryBinding(id, by, update), BINDING_RETRY_MS).unref()
      })
  }

  #retryBinding(id: string, by: string, update: Binding): void {
    this.#binding.delete(id)
    const device = this.#registry.device(id)
    // A person may have decided otherwise meanwhile.
    const isDecided = update.gateways ? device?.gateways.length !== 0 : device?.externalIds.length !== 0
    if (!isDecided) this.#bind(id, by, update, false)
  }
}

const ownerOf = ({ id, entity, profile }: Device): Owner => ({ device: id, entity, profile })

const isOwnName = ({ id, clientId, externalIds }: Device, name: string): boolean =>
  name === id ||
  name === clientId ||
  (externalIds.length > 0 && externalIds.some((own) => keyOf(own) === keyOf(short(name))))

const refuse = (code: RejectionCode, detail: string): Result<never, Refusal> => err({ code, detail })
const keyOf = (name: string): string => name.trim().toLowerCase()

/** Names are compared, kept and shown; one that is too long for that keeps its head, and a mark of the whole. */
function short(name: string): string {
  if (name.length <= EXTERNAL_ID_CHARS_MAX) return name
  const mark = createHash('sha256').update(keyOf(name)).digest('hex').slice(0, 16)
  return `${name.slice(0, EXTERNAL_ID_CHARS_MAX - mark.length - 1).toWellFormed()}~${mark}`
}
