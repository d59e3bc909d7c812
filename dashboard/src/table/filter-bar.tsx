import type { ComponentChildren } from 'preact'
import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { areaName, typeName } from '../state/catalogue.ts'
import { matching, totals } from '../state/listing.ts'
import { change, filters } from '../state/overview.ts'
import { type Filters, isFiltering, NO_FILTERS } from '../state/view.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { SEVERITIES } from '../wire/alarm.ts'
import { DOMAINS } from '../wire/entity.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { w } from './words.ts'

const changeFilters = (part: Partial<Filters>): void => change({ filters: part })

export function FilterBar() {
  const { counts } = matching.value
  return (
    <div class="filters">
      <div class="filters-search">
        <input
          class="input"
          type="search"
          placeholder={t('table.search')}
          aria-label={t('table.search')}
          value={filters.value.search}
          onInput={(event) => changeFilters({ search: event.currentTarget.value })}
          data-testid="search"
        />
        <TypeSelect />
        <AlarmSelect />
        <ColumnChooser />
        <p class="muted small shown" role="status">
          {t('table.shown', { shown: formatCount(counts.all), all: formatCount(totals.value.all) })}
        </p>
      </div>
      <div class="chips">
        <DomainChips />
        <StateChips />
        <AreaChip />
        <TypeChips />
        {isFiltering(filters.value) && (
          <button type="button" class="chip chip-clear" onClick={() => changeFilters(NO_FILTERS)}>
            {t('filter.clear')}
          </button>
        )}
      </div>
    </div>
  )
}

function DomainChips() {
  const { domains } = filters.value
  return (
    <fieldset class="chip-group" aria-label={t('filter.domain')}>
      {DOMAINS.map((domain) => (
        <Chip
          key={domain}
          on={domains.has(domain)}
          count={matching.value.counts.domains[domain]}
          toggle={() => changeFilters({ domains: toggled(domains, domain) })}
        >
          {t(`domain.${domain}`)}
        </Chip>
      ))}
    </fieldset>
  )
}

function StateChips() {
  const { freshnesses, disconnectedOnly } = filters.value
  const { counts } = matching.value
  return (
    <fieldset class="chip-group" aria-label={t('filter.state')}>
      {FRESHNESSES.map((freshness) => (
        <Chip
          key={freshness}
          on={freshnesses.has(freshness)}
          count={counts.freshnesses[freshness]}
          toggle={() => changeFilters({ freshnesses: toggled(freshnesses, freshness) })}
        >
          <Mark freshness={freshness} />
          {t(`state.${freshness}`)}
        </Chip>
      ))}
      <Chip
        on={disconnectedOnly}
        count={counts.disconnected}
        toggle={() => changeFilters({ disconnectedOnly: !disconnectedOnly })}
      >
        <Mark freshness={null} ring />
        {t('session.disconnected')}
      </Chip>
    </fieldset>
  )
}

/** Choosing one adds it; it is taken away at its chip. */
function TypeSelect() {
  const { types } = filters.value
  const counted = [...matching.value.counts.types]
    .filter(([type]) => !types.has(type))
    .map(([type, count]) => ({ type, count, name: typeName(type) }))
    .sort((a, b) => a.name.localeCompare(b.name))
  return (
    <select
      class="select"
      aria-label={w('types')}
      value=""
      onChange={({ currentTarget }) => {
        changeFilters({ types: toggled(types, currentTarget.value) })
        currentTarget.value = ''
      }}
      data-testid="type-filter"
    >
      <option value="">{types.size === 0 ? w('allTypes') : `${formatCount(types.size)} +`}</option>
      {counted.map(({ type, count, name }) => (
        <option value={type} key={type}>
          {name} ({formatCount(count)})
        </option>
      ))}
    </select>
  )
}

function TypeChips() {
  const { types } = filters.value
  return (
    <>
      {[...types].map((type) => (
        <button
          type="button"
          class="chip chip-on"
          key={type}
          aria-label={w('removeType', { name: typeName(type) })}
          onClick={() => changeFilters({ types: toggled(types, type) })}
        >
          {typeName(type)} <span aria-hidden="true">×</span>
        </button>
      ))}
    </>
  )
}

function AlarmSelect() {
  const { inAlarm } = matching.value.counts
  const [least, ...worse] = SEVERITIES
  return (
    <select
      class="select"
      aria-label={w('alarms')}
      value={filters.value.alarm ?? ''}
      onChange={({ currentTarget }) =>
        changeFilters({ alarm: SEVERITIES.find((severity) => severity === currentTarget.value) ?? null })
      }
      data-testid="alarm-filter"
    >
      <option value="">{w('anyAlarm')}</option>
      <option value={least}>{w('inAlarm', { count: formatCount(inAlarm) })}</option>
      {worse.map((severity) => (
        <option value={severity} key={severity}>
          {w('fromSeverity', { severity: t(`severity.${severity}`) })}
        </option>
      ))}
    </select>
  )
}

function AreaChip() {
  const name = areaName(filters.value.area)
  if (name === null) return null
  return (
    <button
      type="button"
      class="chip chip-on"
      aria-label={t('filter.removeArea', { name })}
      onClick={() => changeFilters({ area: null })}
    >
      {name} <span aria-hidden="true">×</span>
    </button>
  )
}

interface ChipProps {
  readonly on: boolean
  readonly count: number
  readonly toggle: () => void
  readonly children: ComponentChildren
}

function Chip({ on, count, toggle, children }: ChipProps) {
  return (
    <button type="button" class={on ? 'chip chip-on' : 'chip'} aria-pressed={on} onClick={toggle}>
      {children} <b>{formatCount(count)}</b>
    </button>
  )
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}
