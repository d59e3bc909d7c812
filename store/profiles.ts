import type { Micros } from '../core/time.ts'
import { type Db, DbError, pgArray } from './db.ts'
import type { Access } from './device.ts'

/** What a field of a device's own words is; null: it is left out on purpose. */
type ProfileField = {
  readonly quantity: string
  readonly channel?: string | undefined
  readonly unit?: string | undefined
} | null

export interface DecoderExample {
  readonly name: string
  readonly fPort: number
  /** Hex. */
  readonly bytes: string
  /** What the decoder must give: its `data`. */
  readonly data: unknown
}

/** What devices of one make have in common. */
export interface Profile {
  readonly id: string
  readonly name: string
  /** A format's name; null: the topic alone decides. */
  readonly codec: string | null
  /** Topic filters within which the codec holds; none: all topics but the platform's own. */
  readonly topics: readonly string[]
  readonly entityType: string | null
  readonly intervalS: number | null
  readonly access: Access | null
  readonly utcOffsetMinutes: number | null
  readonly fields: Readonly<Record<string, ProfileField>>
  readonly decoder: string | null
  readonly decoderExamples: readonly DecoderExample[]
  /** A JSONata expression, for the codec `mapping`. */
  readonly mapping: string | null
  readonly updatedAt: Micros
}

/** Reads messages of a topic that no profile decides on. */
export interface Mapping {
  readonly id: string
  readonly topicFilter: string
  /** Null: of any sender that may publish there. */
  readonly gateway: string | null
  readonly expression: string
  readonly updatedAt: Micros
}

export interface WiringRows {
  readonly profiles: readonly Profile[]
  readonly mappings: readonly Mapping[]
}

/** Profiles and mappings, in memory: asked for every message of a native format. */
export class Wiring {
  /** Told of every change, once the database has it; null: it is gone. */
  onChange: {
    profile(id: string, profile: Profile | null): void
    mapping(id: string, mapping: Mapping | null): void
  } | null = null
  readonly #db: Db
  readonly #profiles = new Map<string, Profile>()
  readonly #mappings = new Map<string, Mapping>()
  #version = 0
  #sortedMappings: readonly Mapping[] = []
  /** By the first level of their filters, which is no wildcard. */
  #mappingsByRoot: ReadonlyMap<string, readonly Mapping[]> = new Map()

  private constructor(db: Db) {
    this.#db = db
  }

  static async load(db: Db): Promise<Wiring> {
    const wiring = new Wiring(db)
    await wiring.refresh(db)
    return wiring
  }

  /** As it was known when the database was last there. */
  static from(db: Db, rows: WiringRows): Wiring {
    const wiring = new Wiring(db)
    wiring.#fill(rows)
    return wiring
  }

  async refresh(db: Db): Promise<void> {
    const { rows: profiles } = await db.query<Profile>({
      text: `select id, name, codec, to_jsonb(topics) as topics, entity_type as "entityType", interval_s as "intervalS", access,
               utc_offset_minutes as "utcOffsetMinutes", fields, decoder, decoder_examples as "decoderExamples", mapping,
               updated_at as "updatedAt"
             from profile`,
    })
    const { rows: mappings } = await db.query<Mapping>({
      text: `select id, topic_filter as "topicFilter", gateway, expression, updated_at as "updatedAt" from mapping`,
    })
    this.#fill({ profiles, mappings })
  }

  #fill({ profiles, mappings }: WiringRows): void {
    this.#profiles.clear()
    this.#mappings.clear()
    for (const profile of profiles) this.#profiles.set(profile.id, profile)
    for (const mapping of mappings) this.#mappings.set(mapping.id, mapping)
    this.#changed()
  }

  profile = (id: string | null): Profile | undefined => (id === null ? undefined : this.#profiles.get(id))
  profiles = (): readonly Profile[] => sorted(this.#profiles)
  mapping = (id: string): Mapping | undefined => this.#mappings.get(id)
  mappings = (): readonly Mapping[] => this.#sortedMappings
  /** Those whose filters may take in this topic: asked for every message. */
  mappingsNear = (topic: string): readonly Mapping[] => this.#mappingsByRoot.get(rootOf(topic)) ?? NO_MAPPINGS

  /** Another number after every change. */
  get version(): number {
    return this.#version
  }

  #changed(): void {
    this.#sortedMappings = sorted(this.#mappings)
    this.#mappingsByRoot = Map.groupBy(this.#sortedMappings, ({ topicFilter }) => rootOf(topicFilter))
    this.#version++
  }

  async putProfile(profile: Profile): Promise<void> {
    await this.#db.query({
      text: `insert into profile (id, name, codec, topics, entity_type, interval_s, access, utc_offset_minutes, fields, decoder, decoder_examples, mapping, updated_at)
             values ($1, $2, $3, $4::text[], $5, $6, $7, $8, $9::text::jsonb, $10, $11::text::jsonb, $12, from_us($13))
             on conflict (id) do update set (name, codec, topics, entity_type, interval_s, access, utc_offset_minutes, fields, decoder, decoder_examples, mapping, updated_at)
               = (excluded.name, excluded.codec, excluded.topics, excluded.entity_type, excluded.interval_s, excluded.access, excluded.utc_offset_minutes,
                  excluded.fields, excluded.decoder, excluded.decoder_examples, excluded.mapping, excluded.updated_at)`,
      values: [
        profile.id,
        profile.name,
        profile.codec,
        pgArray(profile.topics),
        profile.entityType,
        profile.intervalS,
        profile.access,
        profile.utcOffsetMinutes,
        JSON.stringify(profile.fields),
        profile.decoder,
        JSON.stringify(profile.decoderExamples),
        profile.mapping,
        profile.updatedAt,
      ],
    })
    this.#profiles.set(profile.id, profile)
    this.#changed()
    this.onChange?.profile(profile.id, profile)
  }

  /** False: devices have it. */
  async deleteProfile(id: string): Promise<boolean> {
    try {
      await this.#db.query({ text: 'delete from profile where id = $1', values: [id] })
    } catch (error) {
      // foreign_key_violation
      if (error instanceof DbError && error.code === '23503') return false
      throw error
    }
    this.#profiles.delete(id)
    this.#changed()
    this.onChange?.profile(id, null)
    return true
  }

  async putMapping(mapping: Mapping): Promise<void> {
    await this.#db.query({
      text: `insert into mapping (id, topic_filter, gateway, expression, updated_at) values ($1, $2, $3, $4, from_us($5))
             on conflict (id) do update set (topic_filter, gateway, expression, updated_at)
               = (excluded.topic_filter, excluded.gateway, excluded.expression, excluded.updated_at)`,
      values: [mapping.id, mapping.topicFilter, mapping.gateway, mapping.expression, mapping.updatedAt],
    })
    this.#mappings.set(mapping.id, mapping)
    this.#changed()
    this.onChange?.mapping(mapping.id, mapping)
  }

  async deleteMapping(id: string): Promise<void> {
    await this.#db.query({ text: 'delete from mapping where id = $1', values: [id] })
    this.#mappings.delete(id)
    this.#changed()
    this.onChange?.mapping(id, null)
  }
}

const NO_MAPPINGS: readonly Mapping[] = []

function rootOf(topic: string): string {
  // FIWARE's agents publish below a leading slash.
  const end = topic.indexOf('/', topic.startsWith('/') ? 1 : 0)
  return end < 0 ? topic : topic.slice(0, end)
}

const sorted = <T extends { readonly id: string }>(map: ReadonlyMap<string, T>): T[] =>
  [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
