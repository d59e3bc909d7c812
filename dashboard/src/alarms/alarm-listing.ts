import { computed } from '@preact/signals'
import { alarms, alarmsVersion, isActive } from '../state/alarms.ts'
import { areaName, areas, quantityName, typeName } from '../state/catalogue.ts'
import { nowMs } from '../state/clock.ts'
import { entities, ready } from '../state/entities.ts'
import { language } from '../state/preferences.ts'
import { route } from '../state/route.ts'
import { throttled } from '../state/throttled.ts'
import { fold } from '../text/fold.ts'
import type { Alarm, Severity } from '../wire/alarm.ts'
import { domainOf } from '../wire/entity.ts'
import { type Around, byUrgency, filtersOf, passes } from './alarm-filter.ts'
import { loaded } from './asked-pages.ts'
import { union } from './known-alarms.ts'
import { titleOf } from './sentence.ts'

// A flood changes the list hundreds of times a second; an eye follows twice.
const tick = throttled(alarmsVersion, 500)
/** Shelving ends by the clock. */
const tenSeconds = computed(() => Math.floor(nowMs.value / 10_000))

export const alarmFilters = computed(() => filtersOf(route.value.query))

/** Everything that is known, whatever the filters. */
const known = computed<readonly Alarm[]>(() => {
  tick.value
  tenSeconds.value
  return union(alarms, loaded.value, { atMs: nowMs.peek(), isComplete: ready.value })
})

export interface AlarmListing {
  readonly shown: readonly Alarm[]
  /** Of what passes all filters but that of the severity. */
  readonly counts: Readonly<Record<Severity, number>>
  readonly unattended: number
  /** Codes of areas that have alarms. */
  readonly areas: readonly string[]
}

export const alarmListing = computed<AlarmListing>(() => {
  const filters = alarmFilters.value
  const around = aroundOf(known.value)
  const counts = { low: 0, medium: 0, high: 0, critical: 0 }
  const shown: Alarm[] = []
  const areaCodes = new Set<string>()
  for (const alarm of known.value) {
    if (alarm.area !== null) areaCodes.add(alarm.area)
    if (!passes(alarm, filters, around)) continue
    counts[alarm.severity]++
    if (filters.severities.size === 0 || filters.severities.has(alarm.severity)) shown.push(alarm)
  }
  const unattended = shown.filter(({ acknowledgedAt }) => acknowledgedAt === null).length
  return { shown: shown.sort(byUrgency), counts, unattended, areas: [...areaCodes] }
})

/** One of those that are known, as it is now. */
export const knownAlarm = (id: number): Alarm | undefined => alarms.get(id) ?? loaded.peek().alarms.get(id)

function aroundOf(all: readonly Alarm[]): Around {
  const activeGroups = new Set<number>()
  for (const alarm of all) if (alarm.group !== null && isActive(alarm)) activeGroups.add(alarm.group)
  const memory = texts.value
  return {
    atMs: nowMs.peek(),
    activeGroups,
    textOf(alarm) {
      let text = memory.get(alarm)
      if (text === undefined) {
        text = fold(textOf(alarm))
        memory.set(alarm, text)
      }
      return text
    },
    domainOf({ entity }) {
      const known = entity === null ? undefined : entities.get(entity)
      return known === undefined ? null : domainOf(known)
    },
    isWithin,
  }
}

/** Forgotten when areas get their names, or the language changes. */
const texts = computed(() => {
  areas.value
  language.value
  return new WeakMap<Alarm, string>()
})

function textOf(alarm: Alarm): string {
  const entity = alarm.entity === null ? undefined : entities.get(alarm.entity)
  return [
    ...[
      titleOf(alarm),
      alarm.ruleNameVi,
      alarm.ruleNameEn,
      alarm.rule,
      alarm.quantity && quantityName(alarm.quantity),
    ],
    ...[alarm.entity, entity?.name, entity && typeName(entity.type), areaName(alarm.area)],
    ...[alarm.device, alarm.address, alarm.note, alarm.acknowledgedBy, alarm.shelvedBy],
  ]
    .filter(Boolean)
    .join(' ')
}

function isWithin(area: string | null, other: string): boolean {
  for (let code = area; code !== null; code = areas.value.get(code)?.parent ?? null)
    if (code === other) return true
  return false
}
