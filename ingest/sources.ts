import { createHash, randomBytes } from 'node:crypto'
import { isId } from '../core/id.ts'
import type { Observation } from '../core/message.ts'
import type { Log } from '../core/ports.ts'
import type { RejectionCode } from '../core/rejection-codes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Micros, microsNow } from '../core/time.ts'
import { type ChildrenRule, type Device, type NewDevice, UNWIRED } from '../store/device.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'

/** Whose a reading is. */
export interface Owner {
  readonly device: string
  readonly entity: string
  /** The device's, or the one its gateway's rule will give it. */
  readonly profile: string | null
}

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
const ID_CHARS_MAX = 64
const EXTERNAL_ID_CHARS_MAX = 128

/**
 * Whose the readings of a message are. An end device speaks for itself. A gateway speaks for the devices that are bound to
 * it; for one that goes by the name it gives and is bound to nobody it becomes that device's gateway; and for a name nobody
 * has registered its rule says whether a device `<gateway>.<name>` is made, or the message held.
 */
export class Sources {
  readonly #registry: Registry
  readonly #wiring: Wiring
  readonly #log: Log
  /** Devices that are to be made with the next commit, by id. */
  readonly #pending = new Map<string, NewDevice>()
  readonly #pendingIds = new Map<string, string>()
  readonly #waiting = new Map<string, Map<string, Waiting>>()
  /** How many devices each gateway has had made by its rule, and is about to. */
  readonly #children = new Map<string, number>()
  /** Told of an entity that was made. */
  onCreated: ((device: Device) => void) | null = null

  constructor(registry: Registry, wiring: Wiring, log: Log) {
    this.#registry = registry
    this.#wiring = wiring
    this.#log = log
  }

  /** `names`: what the message calls the device, best first; none: the sender itself. */
  ownerOf(sender: Device, names: readonly string[]): Result<Owner, Refusal> {
    const [source] = names
    if (source === undefined || names.some((name) => isOwnName(sender, name))) return ok(ownerOf(sender))
    if (sender.role !== 'gateway') return this.#endDevice(sender, source)
    for (const name of names) {
      const found = this.#bound(sender, name)
      if (found) return found
    }
    return this.#stranger(sender, source)
  }

  /** The device that a message names, where there is one already that its sender may speak for. */
  knownDevice(sender: Device, names: readonly string[]): string | undefined {
    if (names.some((name) => isOwnName(sender, name))) return sender.id
    if (sender.role !== 'gateway') return sender.externalIds.length === 0 ? sender.id : undefined
    for (const name of names) {
      const bound = this.#registry.byExternalId(name).find(({ gateways }) => gateways.includes(sender.id))
      if (bound) return bound.id
    }
    return undefined
  }

  /** The profile by which the fields of a device are read, before it is decided whose they are; by any of its names. */
  profileOf(sender: Device, names: readonly string[]): string | null {
    if (sender.role !== 'gateway') return null
    for (const name of names) {
      const known = this.#registry.byExternalId(name)
      const device = known.find(({ gateways }) => gateways.includes(sender.id)) ?? known[0]
      if (device) return device.profile ?? sender.children?.profile ?? null
    }
    return sender.children?.profile ?? null
  }

  /** Devices whose messages are held for approval, oldest first. */
  waiting = (gateway: string): readonly Waiting[] => [...(this.#waiting.get(gateway)?.values() ?? [])]

  approved(gateway: string, source: string): void {
    this.#waiting.get(gateway)?.delete(keyOf(source))
  }

  /** Makes the devices of these observations that are not there yet; part of every commit. */
  async ensure(observations: readonly Observation[]): Promise<void> {
    if (this.#pending.size === 0) return
    const wanted = new Map<string, NewDevice>()
    for (const { device } of observations) {
      const pending = this.#pending.get(device)
      if (pending) wanted.set(device, pending)
    }
    if (wanted.size === 0) return
    const devices = [...wanted.values()].filter(({ id }) => this.#registry.device(id) === undefined)
    if (devices.length > 0) await this.#registry.createAll(devices, microsNow())
    for (const { id, externalIds, gateways } of wanted.values()) {
      this.#pending.delete(id)
      this.#pendingIds.delete(pendingKey(gateways[0] ?? '', externalIds[0] ?? ''))
      const device = this.#registry.device(id)
      if (device) this.onCreated?.(device)
    }
  }

  /** Its first name becomes the end device's own; another one is another device's. */
  #endDevice(sender: Device, source: string): Result<Owner, Refusal> {
    const bound = sender.externalIds[0] ?? this.#firstNames.get(sender.id)
    if (bound !== undefined && keyOf(bound) !== keyOf(source))
      return refuse(
        'source_not_allowed',
        `the message speaks for "${source}", and ${sender.id} is the end device "${bound}": add the name to its externalIds, or give it the role gateway`,
      )
    this.#firstNames.set(sender.id, source)
    this.#bind(sender.id, { externalIds: [source.slice(0, EXTERNAL_ID_CHARS_MAX)] })
    return ok(ownerOf(sender))
  }

  /** The device that is known by this name and that this gateway may speak for; null: nobody is. */
  #bound(gateway: Device, name: string): Result<Owner, Refusal> | null {
    const known = this.#registry.byExternalId(name)
    const byId = isId(name) ? this.#registry.device(name) : undefined
    const own = [...known, ...(byId ? [byId] : [])].find(({ gateways }) => gateways.includes(gateway.id))
    if (own) {
      if (own.retiredAt !== null && own.retiredAt <= microsNow())
        return refuse('device_retired', `${own.id} was retired`)
      return ok(ownerOf(own))
    }
    const free = known.find(({ gateways }) => gateways.length === 0)
    if (free) {
      this.#bind(free.id, { gateways: [gateway.id] })
      return ok(ownerOf(free))
    }
    // What another gateway's rule made is that gateway's own; what a person registered is one device, whoever carries it.
    const others = known.find(({ isUnclaimed }) => !isUnclaimed)
    return others
      ? refuse(
          'source_not_allowed',
          `${others.id} is bound to ${others.gateways.join(', ')}: add ${gateway.id} to its gateways`,
        )
      : null
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
    const pending = this.#pending.get(this.#pendingIds.get(pendingKey(gateway.id, source)) ?? '')
    if (pending) return ok({ device: pending.id, entity: pending.entity, profile: pending.profile })
    if (this.#childrenOf(gateway.id) >= rule.max)
      return refuse('too_many_children', `${gateway.id} has brought ${rule.max} devices already`)
    return ok(this.#plan(gateway, source, rule))
  }

  #plan(gateway: Device, source: string, rule: ChildrenRule): Owner {
    const id = this.#childId(gateway.id, source)
    const profile = this.#wiring.profile(rule.profile)
    const now = microsNow()
    this.#children.set(gateway.id, this.#childrenOf(gateway.id) + 1)
    this.#pendingIds.set(pendingKey(gateway.id, source), id)
    this.#pending.set(id, {
      ...UNWIRED,
      id,
      entity: id,
      type: profile?.entityType ?? rule.type,
      role: 'end-device',
      access: profile?.access ?? null,
      clientId: null,
      externalIds: [source.slice(0, EXTERNAL_ID_CHARS_MAX)],
      intervalS: profile?.intervalS ?? null,
      isTest: gateway.isTest,
      // Of a secret that nobody has: it is heard through its gateway only, until it is given one.
      secretHash: randomBytes(32),
      profile: profile?.id ?? null,
      gateways: [gateway.id],
      isUnclaimed: true,
      validFrom: now,
      area: rule.area ?? this.#registry.entity(gateway.entity)?.area ?? null,
      lat: null,
      lon: null,
    })
    return { device: id, entity: id, profile: profile?.id ?? null }
  }

  #childId(gateway: string, source: string): string {
    const id = `${gateway}.${slug(source)}`
    const isFree = (id: string) =>
      this.#registry.device(id) === undefined &&
      this.#registry.entity(id) === undefined &&
      !this.#pending.has(id)
    if (isId(id) && isFree(id)) return id
    const tail = createHash('sha256').update(`${gateway}\n${source}`).digest('hex').slice(0, 12)
    const room = ID_CHARS_MAX - tail.length - 1
    return `${id.slice(0, room)}-${tail}`
  }

  #childrenOf(gateway: string): number {
    const known = this.#children.get(gateway)
    if (known !== undefined) return known
    let count = 0
    for (const { gateways, isUnclaimed } of this.#registry.devices())
      if (isUnclaimed && gateways.includes(gateway)) count++
    this.#children.set(gateway, count)
    return count
  }

  #wait(gateway: string, source: string): void {
    const waiting = this.#waiting.get(gateway) ?? new Map<string, Waiting>()
    this.#waiting.set(gateway, waiting)
    const before = waiting.get(keyOf(source))
    if (!before && waiting.size >= WAITING_PER_GATEWAY_MAX) return
    const now = microsNow()
    waiting.set(keyOf(source), {
      source: source.slice(0, EXTERNAL_ID_CHARS_MAX),
      firstAt: before?.firstAt ?? now,
      lastAt: now,
      count: (before?.count ?? 0) + 1,
    })
  }

  readonly #binding = new Set<string>()
  /** What end devices called themselves first, until it is stored. */
  readonly #firstNames = new Map<string, string>()

  /** Not waited for: until it is stored the same is found again. */
  #bind(id: string, update: Partial<Pick<Device, 'externalIds' | 'gateways'>>): void {
    if (this.#binding.has(id)) return
    this.#binding.add(id)
    this.#log.info({ device: id, ...update }, 'a device was bound to what spoke for it first')
    this.#registry
      .update(id, update)
      .then(() => this.#firstNames.delete(id))
      .catch((error: unknown) =>
        this.#log.warn({ err: error, device: id }, 'a binding was not stored; it is tried again'),
      )
      .finally(() => this.#binding.delete(id))
  }
}

const ownerOf = ({ id, entity, profile }: Device): Owner => ({ device: id, entity, profile })

const isOwnName = ({ id, clientId, externalIds }: Device, name: string): boolean =>
  name === id || name === clientId || externalIds.some((own) => keyOf(own) === keyOf(name))

const refuse = (code: RejectionCode, detail: string): Result<never, Refusal> => err({ code, detail })
const keyOf = (name: string): string => name.trim().toLowerCase()
const pendingKey = (gateway: string, source: string): string => `${gateway}\n${keyOf(source)}`

/** A name as a part of an id: letters, digits, `.`, `_` and `-`, in lower case. */
const slug = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '') || 'device'
