import { computed } from '@preact/signals'
import { badness } from '../marks/shapes.ts'
import { fold } from '../text/fold.ts'
import type { Entity } from '../wire/entity.ts'
import { alarmRanks, alarmsByEntity } from './alarms.ts'
import { areaName, codesBelow, typeName } from './catalogue.ts'
import { count, noCounts } from './counts.ts'
import { entities, entitiesVersion, standingVersion } from './entities.ts'
import { filters, sorting } from './overview.ts'
import { searchText } from './search.ts'
import { throttled } from './throttled.ts'
import { compareValues } from './values.ts'
import { NO_FILTERS } from './view.ts'

export type Column = 'badness' | 'id' | 'name' | 'type' | 'area' | 'session' | 'lastSeen'

// Twice a second is as fast as an eye follows a list, and keeps 10,000 rows cheap.
const REORDER_MS = 500
const standingTick = throttled(standingVersion, REORDER_MS)
const valueTick = throttled(entitiesVersion, REORDER_MS)

/** What the filters let through, in no order. A chip's count says what there would be with it alone in its group. */
export const matching = computed(() => {
  standingTick.value
  const wanted = filters.value
  const alarms = alarmsByEntity.value
  const within = wanted.area === null ? null : codesBelow(wanted.area)
  const words = fold(wanted.search).split(/\s+/).filter(Boolean)
  const counts = noCounts()
  const shown: Entity[] = []
  for (const entity of entities.values()) {
    if (!matchesText(entity, words) || (within !== null && !within.has(entity.area ?? ''))) continue
    if (count(entity, wanted, alarms.get(entity.id)?.[0]?.severity ?? null, counts)) shown.push(entity)
  }
  return { shown, counts }
})

/** The same in the order of the table. */
export const listing = computed(() => {
  const { shown } = matching.value
  const { column } = sorting.value
  if (isColumn(column) && column !== 'lastSeen') return sort([...shown])
  // Only these orders change with every value; the rest of the page need not follow them.
  valueTick.value
  return sort(shown.map((entity) => entities.get(entity.id) ?? entity))
})

/** Of everything, whatever the filters. */
export const totals = computed(() => {
  standingTick.value
  const counts = noCounts()
  for (const entity of entities.values()) count(entity, NO_FILTERS, null, counts)
  return counts
})

function matchesText(entity: Entity, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = searchText(entity)
  return words.every((word) => text.includes(word))
}

function sort(shown: Entity[]): Entity[] {
  const { column, descending } = sorting.value
  if (!isColumn(column)) {
    const byValue = compareValues(column, descending)
    return shown.sort((a, b) => byValue(a, b) || byText(a.id, b.id))
  }
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
  name: (a, b) => byText(folded(a.name ?? a.id), folded(b.name ?? b.id)),
  type: (a, b) => byText(folded(typeName(a.type)), folded(typeName(b.type))),
  area: (a, b) => byText(folded(areaName(a.area, a.areaName)), folded(areaName(b.area, b.areaName))),
  session: (a, b) => SESSION_ORDER.indexOf(a.session) - SESSION_ORDER.indexOf(b.session),
  lastSeen: (a, b) => byText(b.lastSeen ?? '', a.lastSeen ?? ''),
}
const alarmRank = ({ id }: Entity): number => alarmRanks.value.get(id) ?? -1
const isColumn = (column: string): column is Column => Object.hasOwn(COMPARE, column)
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
