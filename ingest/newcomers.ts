import { createHash, randomBytes } from 'node:crypto'
import { isId } from '../core/id.ts'
import type { Observation } from '../core/message.ts'
import type { Log } from '../core/ports.ts'
import { microsNow } from '../core/time.ts'
import { within } from '../core/within.ts'
import { DbError } from '../store/db.ts'
import { type ChildrenRule, type Device, type NewDevice, UNWIRED } from '../store/device.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'

const ID_CHARS_MAX = 64
/** One lane's devices are made after the other's; who waits longer tries again, or goes to the spool. */
const ENSURE_MS_MAX = 10_000

/**
 * Devices behind gateways that nobody has registered. Each is planned when its gateway names it, meant once it has a reading
 * that is good, and made with the commit of that reading. Nobody else gets its id in between.
 */
export class Newcomers {
  readonly #registry: Registry
  readonly #wiring: Wiring
  readonly #log: Log
  readonly #meant = new Map<string, NewDevice>()
  readonly #ids = new Map<string, string>()
  readonly #countBehind = new Map<string, number>()
  #making: Promise<void> = Promise.resolve()

  constructor(registry: Registry, wiring: Wiring, log: Log) {
    this.#registry = registry
    this.#wiring = wiring
    this.#log = log
  }

  find(gateway: string, source: string): NewDevice | undefined {
    return this.#meant.get(this.#ids.get(keyOf(gateway, source)) ?? '')
  }

  countBehind = (gateway: string): number => this.#countBehind.get(gateway) ?? 0

  plan(gateway: Device, source: string, rule: ChildrenRule): NewDevice {
    const profile = this.#wiring.profile(rule.profile)
    const id = this.#idFor(gateway.id, source)
    return {
      ...UNWIRED,
      id,
      entity: id,
      type: profile?.entityType ?? rule.type,
      role: 'end-device',
      access: profile?.access ?? null,
      clientId: null,
      externalIds: [source],
      intervalS: profile?.intervalS ?? null,
      isTest: gateway.isTest,
      // Of a secret that nobody has: it is heard through its gateway only, until it is given one.
      secretHash: randomBytes(32),
      profile: profile?.id ?? null,
      gateways: [gateway.id],
      isUnclaimed: true,
      validFrom: microsNow(),
      area: rule.area ?? this.#registry.entity(gateway.entity)?.area ?? null,
      lat: null,
      lon: null,
    }
  }

  /** The device has a reading: from now on it is to be made. */
  mean(device: NewDevice): void {
    if (this.#meant.has(device.id)) return
    this.#meant.set(device.id, device)
    this.#registry.reserved.add(device.id)
    for (const name of device.externalIds) this.#ids.set(keyOf(device.gateways[0] ?? '', name), device.id)
    this.#count(device, 1)
  }

  /** Makes the devices of these observations that are not there yet; part of every commit. */
  async ensure(observations: readonly Observation[], timeoutMs = ENSURE_MS_MAX): Promise<void> {
    if (this.#meant.size === 0 || !observations.some(({ device }) => this.#meant.has(device))) return
    const limitMs = Math.min(timeoutMs, ENSURE_MS_MAX)
    const before = this.#making
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#making = promise
    try {
      if (
        (await within(
          before.then(() => true),
          limitMs,
        )) === null
      )
        throw new DbError('57014', 'devices of another batch are being made still')
      await this.#make(observations, limitMs)
    } finally {
      void before.then(resolve)
    }
  }

  async #make(observations: readonly Observation[], timeoutMs: number): Promise<void> {
    const wanted = new Map<string, NewDevice>()
    for (const { device } of observations) {
      const meant = this.#meant.get(device)
      if (meant) wanted.set(device, meant)
    }
    const devices = [...wanted.values()].filter(({ id }) => !this.#registry.device(id))
    try {
      if (devices.length > 0)
        await this.#registry.createAll(devices.map(this.#current), microsNow(), { timeoutMs })
    } catch (error) {
      if (error instanceof DbError && error.code.startsWith('23')) throw await this.#learned(error, devices)
      throw error
    }
    for (const meant of wanted.values()) this.#made(meant)
  }

  /** A profile may have gone since it was planned. */
  #current = (device: NewDevice): NewDevice => ({
    ...device,
    profile: this.#wiring.profile(device.profile)?.id ?? null,
  })

  /** Some are there already, from a transaction whose end was not heard of; or a profile is just going. Either is over at
   *  the next try. Anything else is what it is. */
  async #learned(error: DbError, devices: readonly NewDevice[]): Promise<DbError> {
    this.#log.warn(
      { err: error, devices: devices.length },
      'devices behind a gateway could not be made at once',
    )
    const mended = new DbError('40001', 'devices behind a gateway could not be made at once', {
      cause: error,
    })
    if (error.code === '23503') {
      for (const device of devices) this.#meant.set(device.id, { ...device, profile: null })
      return devices.some(({ profile }) => profile !== null) ? mended : error
    }
    await this.#registry.learn(devices.map(({ id }) => id))
    // Nobody speaks for a device that is not its own: the reading is refused, and a replay finds another id.
    const foreign = devices.filter(({ id, gateways }) => isForeign(this.#registry.device(id), gateways[0]))
    for (const device of foreign) this.#made(device)
    const isThere = devices.some(({ id }) => this.#registry.device(id) || this.#registry.entity(id))
    return foreign.length === 0 && isThere ? mended : error
  }

  #made(meant: NewDevice): void {
    if (!this.#meant.delete(meant.id)) return
    this.#registry.reserved.delete(meant.id)
    for (const name of meant.externalIds) this.#ids.delete(keyOf(meant.gateways[0] ?? '', name))
    this.#count(meant, -1)
  }

  #count({ gateways: [gateway = ''] }: NewDevice, by: number): void {
    const count = this.countBehind(gateway) + by
    if (count > 0) this.#countBehind.set(gateway, count)
    else this.#countBehind.delete(gateway)
  }

  #idFor(gateway: string, source: string): string {
    const id = `${gateway}.${slug(source)}`
    if (isId(id) && !this.#registry.isTaken(id)) return id
    for (let n = 0; ; n++) {
      const tail = createHash('sha256')
        .update(`${gateway}\n${source}${n || ''}`)
        .digest('hex')
        .slice(0, 12)
      const other = `${id.slice(0, ID_CHARS_MAX - tail.length - 1)}-${tail}`
      if (!this.#registry.isTaken(other)) return other
    }
  }
}

const isForeign = (device: Device | undefined, gateway = ''): boolean =>
  device !== undefined && !(device.isUnclaimed && device.gateways.includes(gateway))

const keyOf = (gateway: string, source: string): string => `${gateway}\n${source.trim().toLowerCase()}`

/** A name as a part of an id: letters, digits, `.`, `_` and `-`, in lower case. */
const slug = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '') || 'device'
