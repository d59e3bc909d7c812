import { computed, signal } from '@preact/signals'
import { badness } from '../marks/shapes.ts'
import { fold } from '../text/fold.ts'
import { type Domain, domainOf, type Entity, type Freshness } from '../wire/entity.ts'
import { alarmRanks } from './alarms.ts'
import { areaName, typeName } from './catalogue.ts'
import { entities, entitiesVersion, standingVersion } from './entities.ts'
import { searchText } from './search.ts'
import { throttled } from './throttled.ts'

export interface Filters {
  readonly search: string
  /** Empty: all. */
  readonly domains: ReadonlySet<Domain>
  readonly freshnesses: ReadonlySet<Freshness>
  readonly disconnectedOnly: boolean
  readonly area: string | null
}

export type Column = 'badness' | 'id' | 'type' | 'area' | 'session' | 'lastSeen'

export interface Counts {
  all: number
  readonly domains: Record<Domain, number>
  readonly freshnesses: Record<Freshness, number>
  disconnected: number
}

export const NO_FILTERS: Filters = {
  search: '',
  domains: new Set(),
  freshnesses: new Set(),
  disconnectedOnly: false,
  area: null,
}
export const filters = signal<Filters>(NO_FILTERS)
export const sorting = signal<{ column: Column; descending: boolean }>({
  column: 'badness',
  descending: false,
})

// Twice a second is as fast as an eye follows a list, and keeps 10,000 rows cheap.
const REORDER_MS = 500
const standingTick = throttled(standingVersion, REORDER_MS)
const valueTick = throttled(entitiesVersion, REORDER_MS)

/** What the filters let through, in no order. A chip's count says what there would be with it alone in its group. */
export const matching = computed(() => {
  standingTick.value
  const wanted = filters.value
  const words = fold(wanted.search).split(/\s+/).filter(Boolean)
  const counts = noCounts()
  const shown: Entity[] = []
  for (const entity of entities.values()) {
    if (!matchesText(entity, words) || (wanted.area !== null && entity.area !== wanted.area)) continue
    if (count(entity, wanted, counts)) shown.push(entity)
  }
  counts.all = shown.length
  return { shown, counts }
})

/** The same in the order of the table. */
export const listing = computed(() => {
  const { shown } = matching.value
  if (sorting.value.column !== 'lastSeen') return sort([...shown])
  // Only this order changes with every value; the rest of the page need not follow it.
  valueTick.value
  return sort(shown.map((entity) => entities.get(entity.id) ?? entity))
})

export function changeFilters(part: Partial<Filters>): void {
  const next = { ...filters.value, ...part }
  const sets = next.domains.size + next.freshnesses.size
  const none = next.search === '' && next.area === null && !next.disconnectedOnly && sets === 0
  filters.value = none ? NO_FILTERS : next
}

/** Of everything, whatever the filters. */
export const totals = computed(() => {
  standingTick.value
  const counts = noCounts()
  for (const entity of entities.values()) count(entity, NO_FILTERS, counts)
  counts.all = entities.size
  return counts
})

/** Adds one entity to the counts of every group of chips it passes the other groups of; true if it passes all. */
function count(entity: Entity, wanted: Filters, counts: Counts): boolean {
  const of = domainOf(entity)
  const domain = wanted.domains.size === 0 || wanted.domains.has(of)
  const freshness = wanted.freshnesses.size === 0 || wanted.freshnesses.has(entity.freshness)
  const isDisconnected = entity.session === 'disconnected'
  const session = isDisconnected || !wanted.disconnectedOnly
  if (freshness && session) counts.domains[of]++
  if (domain && session) counts.freshnesses[entity.freshness]++
  if (domain && freshness && isDisconnected) counts.disconnected++
  return domain && freshness && session
}

function noCounts(): Counts {
  return {
    all: 0,
    domains: { traffic: 0, water: 0, power: 0, environment: 0 },
    freshnesses: { fresh: 0, late: 0, silent: 0 },
    disconnected: 0,
  }
}

function matchesText(entity: Entity, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = searchText(entity)
  return words.every((word) => text.includes(word))
}

function sort(shown: Entity[]): Entity[] {
  const { column, descending } = sorting.value
  const sign = descending ? -1 : 1
  const compare = COMPARE[column]
  return shown.sort((a, b) => sign * compare(a, b) || byText(a.id, b.id))
}

const COMPARE: Readonly<Record<Column, (a: Entity, b: Entity) => number>> = {
  // Among the bad the one unheard for longest is first; the fresh stay where they are, lest the list never rest.
  badness: (a, b) =>
    badness(a, alarmRank(a)) - badness(b, alarmRank(b)) ||
    (a.freshness === 'fresh' ? 0 : byText(a.lastSeen ?? '', b.lastSeen ?? '')),
  id: (a, b) => byText(a.id, b.id),
  type: (a, b) => byText(folded(typeName(a.type)), folded(typeName(b.type))),
  area: (a, b) => byText(folded(areaName(a.area, a.areaName)), folded(areaName(b.area, b.areaName))),
  session: (a, b) => SESSION_ORDER.indexOf(a.session) - SESSION_ORDER.indexOf(b.session),
  lastSeen: (a, b) => byText(b.lastSeen ?? '', a.lastSeen ?? ''),
}
const alarmRank = ({ id }: Entity): number => alarmRanks.value.get(id) ?? -1
const SESSION_ORDER: readonly Entity['session'][] = ['disconnected', 'unknown', 'connected']

// Code units, not a collator: ten times faster, and folded names sort as a reader expects. No area comes last.
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const foldedNames = new Map<string, string>()

function folded(name: string | null): string {
  if (name === null) return '\uffff'
  let text = foldedNames.get(name)
  if (text === undefined) {
    text = fold(name)
    foldedNames.set(name, text)
  }
  return text
}
