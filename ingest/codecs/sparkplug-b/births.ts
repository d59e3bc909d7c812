import type { Micros } from '../../../core/time.ts'
import { channelName } from '../../channel-name.ts'
import type { FieldRules } from '../../fields.ts'
import type { Memory } from '../../memory.ts'
import type { Metric } from './payload.ts'
import { unitOf } from './values.ts'

/** What a birth certificate said of one metric. */
export interface Definition {
  readonly name: string
  readonly datatype: number | undefined
  readonly unit: string | undefined
  /** Where several metrics of the birth are one quantity: what comes before the last step of this one's name. */
  readonly channel?: string
}

export interface Birth {
  readonly byName: ReadonlyMap<string, Definition>
  readonly byAlias: ReadonlyMap<string, Definition>
}

/** Names that the specification (§6.4.19) uses for other than measurements. */
const CONTROL = /^(?:bdSeq$|Node Control\/|Device Control\/|Properties\/|_types_\/)/
const DEVICES_MAX = 1000
/** Members of a template whose name is longer are not looked into: each of them has it in its own. */
const PREFIX_CHARS_MAX = 512
const SEQ_MODULUS = 256
/** An edge node is asked for its births at most once in so long: a birth may be large, and others may have asked. */
const ASK_AGAIN_AFTER_US = 60_000_000

/** What is about the session or the node itself, or only says what templates look like. */
export const isControl = (name: string, { value }: Metric): boolean =>
  CONTROL.test(name) || (value?.as === 'template' && value.template.isDefinition)

export const hasShortName = (name: string): boolean => name.length <= PREFIX_CHARS_MAX

/** The definitions in a birth, those inside templates by `<template>/<member>`. */
export function birthOf(metrics: readonly Metric[], rules: FieldRules): Birth {
  const all: { metric: Metric; name: string }[] = []
  const gather = (members: readonly Metric[], prefix: string): void => {
    for (const metric of members) {
      const name = prefix + (metric.name ?? '')
      all.push({ metric, name })
      if (metric.value?.as === 'template' && hasShortName(name))
        gather(metric.value.template.metrics, `${name}/`)
    }
  }
  gather(metrics, '')
  const shared = sharedQuantities(all, rules)
  const byName = new Map<string, Definition>()
  const byAlias = new Map<string, Definition>()
  for (const { metric, name } of all) {
    const quantity = rules(name, unitOf(metric))?.quantity
    const isShared = quantity !== undefined && shared.has(quantity)
    const channel = isShared ? channelName(name.slice(0, Math.max(0, name.lastIndexOf('/')))) : undefined
    const definition: Definition = {
      name,
      datatype: metric.datatype || undefined,
      unit: unitOf(metric),
      ...(channel ? { channel } : {}),
    }
    byName.set(name, definition)
    if (metric.alias !== undefined) byAlias.set(metric.alias, definition)
  }
  return { byName, byAlias }
}

/** `Boiler 1/Temperature` and `Boiler 2/Temperature` are two series of one quantity, not one series with two values. */
function sharedQuantities(
  all: readonly { name: string; metric: Metric }[],
  rules: FieldRules,
): ReadonlySet<string> {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const { name, metric } of all) {
    const rule = isControl(name, metric) ? undefined : rules(name)
    if (!rule || rule.channel) continue
    if (seen.has(rule.quantity)) shared.add(rule.quantity)
    seen.add(rule.quantity)
  }
  return shared
}

/** What is remembered of one edge node and its devices. Values are replaced and never changed, as the memory keeps versions. */
export class EdgeNode {
  readonly source: string
  readonly #memory: Memory

  constructor(source: string, memory: Memory) {
    this.source = source
    this.#memory = memory
  }

  birth(source = this.source): Birth | undefined {
    return this.#memory.get(`sparkplug/birth/${source}`) as Birth | undefined
  }

  /** Devices that were ever born; some may be dead. */
  get devices(): readonly string[] {
    return (this.#memory.get(`sparkplug/devices/${this.source}`) as readonly string[] | undefined) ?? []
  }

  /** A node's birth ends those of its devices: each follows anew (§6.4.20), and may give its aliases to other metrics. */
  bornAgain(birth: Birth, bdSeq: number | undefined, seq: number | undefined): void {
    this.#forgetBirths()
    this.#memory.set(`sparkplug/birth/${this.source}`, birth)
    this.#memory.set(`sparkplug/bdSeq/${this.source}`, bdSeq)
    this.#memory.set(`sparkplug/seq/${this.source}`, seq)
  }

  deviceBorn(device: string, birth: Birth): void {
    this.#memory.set(`sparkplug/birth/${device}`, birth)
    if (this.devices.includes(device) || this.devices.length >= DEVICES_MAX) return
    this.#memory.set(`sparkplug/devices/${this.source}`, [...this.devices, device])
  }

  deviceDied(device: string): void {
    this.#memory.delete(`sparkplug/birth/${device}`)
  }

  /** A will carries the bdSeq of the birth that its session began with (§6.4.25): one of an older session that comes after the
   *  next birth says nothing of the node. */
  isOfThisSession(bdSeq: number | undefined): boolean {
    const known = this.#memory.get(`sparkplug/bdSeq/${this.source}`) as number | undefined
    return known === undefined || bdSeq === undefined || known % SEQ_MODULUS === bdSeq % SEQ_MODULUS
  }

  died(): void {
    this.#forgetBirths()
    this.#memory.delete(`sparkplug/birth/${this.source}`)
    this.#memory.delete(`sparkplug/seq/${this.source}`)
  }

  /** Whether the message is the one after the last (0 to 255, then 0 again), or that one sent again. */
  follows(seq: number | undefined): boolean {
    const last = this.#memory.get(`sparkplug/seq/${this.source}`) as number | undefined
    this.#memory.set(`sparkplug/seq/${this.source}`, seq)
    return last === undefined || seq === undefined || seq === last || seq === (last + 1) % SEQ_MODULUS
  }

  /** Whether the node may be asked to be born again now; true at most once a minute. */
  mayBeAsked(now: Micros): boolean {
    const asked = this.#memory.get(`sparkplug/asked/${this.source}`) as Micros | undefined
    if (asked !== undefined && now - asked < ASK_AGAIN_AFTER_US) return false
    this.#memory.set(`sparkplug/asked/${this.source}`, now)
    return true
  }

  #forgetBirths(): void {
    for (const device of this.devices) this.#memory.delete(`sparkplug/birth/${device}`)
  }
}
