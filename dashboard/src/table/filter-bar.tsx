import type { ComponentChildren } from 'preact'
import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { areaName } from '../state/catalogue.ts'
import { changeFilters, filters, matching, NO_FILTERS, totals } from '../state/listing.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { DOMAINS } from '../wire/entity.ts'

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
        <p class="muted small shown" role="status">
          {t('table.shown', { shown: formatCount(counts.all), all: formatCount(totals.value.all) })}
        </p>
      </div>
      <div class="chips">
        <DomainChips />
        <StateChips />
        <AreaChip />
        {filters.value !== NO_FILTERS && (
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
