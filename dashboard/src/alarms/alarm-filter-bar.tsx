import { SeverityMark } from '../marks/severity-mark.tsx'
import { areaName } from '../state/catalogue.ts'
import { route, setQuery } from '../state/route.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { SEVERITIES, type Severity } from '../wire/alarm.ts'
import { DOMAINS } from '../wire/entity.ts'
import { KINDS, STATES } from './alarm-filter.ts'
import { alarmFilters, alarmListing } from './alarm-listing.ts'
import { w } from './words.ts'

/** Every filter is in the address: a view can be kept, sent, and come back to. */
const NONE = {
  state: null,
  severity: null,
  kind: null,
  domain: null,
  area: null,
  entity: null,
  q: null,
  members: null,
}

export function AlarmFilterBar() {
  const { members } = alarmFilters.value
  const query = route.value.query
  const isFiltered = Object.keys(NONE).some((name) => query.has(name))
  return (
    <search class="alarm-filters" aria-label={w('filter.label')}>
      <div class="alarm-selects">
        <StateTabs />
        <SeverityChips />
      </div>
      <div class="alarm-selects">
        <input
          class="input alarm-search"
          type="search"
          placeholder={w('filter.search')}
          aria-label={w('filter.search')}
          value={query.get('q') ?? ''}
          onInput={(event) => setQuery({ q: event.currentTarget.value || null })}
          data-testid="alarm-search"
        />
        <Pick name="kind" options={KINDS.map((kind) => [kind, w(`kind.${kind}`)])} />
        <Pick name="domain" options={DOMAINS.map((domain) => [domain, t(`domain.${domain}`)])} />
        <Pick name="area" options={areaOptions()} />
        <label class="check">
          <input
            type="checkbox"
            checked={members}
            onChange={(event) => setQuery({ members: event.currentTarget.checked ? '1' : null })}
            data-testid="with-members"
          />{' '}
          {w('filter.members')}
        </label>
        {query.get('entity') !== null && (
          <button type="button" class="chip chip-on" onClick={() => setQuery({ entity: null })}>
            {query.get('entity')} <span aria-hidden="true">✕</span>
          </button>
        )}
        {isFiltered && (
          <button
            type="button"
            class="chip chip-clear"
            onClick={() => setQuery(NONE)}
            data-testid="clear-filters"
          >
            {w('filter.clear')}
          </button>
        )}
      </div>
    </search>
  )
}

function StateTabs() {
  const { state } = alarmFilters.value
  return (
    <fieldset class="segments alarm-states" aria-label={w('filter.state')}>
      {STATES.map((option) => (
        <button
          type="button"
          class="segment"
          key={option}
          aria-pressed={state === option}
          onClick={() => setQuery({ state: option === 'open' ? null : option })}
          data-testid={`state-${option}`}
        >
          {w(`state.${option}`)}
        </button>
      ))}
    </fieldset>
  )
}

function SeverityChips() {
  const { counts } = alarmListing.value
  const { severities } = alarmFilters.value
  const toggle = (severity: Severity): void => {
    const next = SEVERITIES.filter((other) => severities.has(other) !== (other === severity))
    setQuery({ severity: next.length === 0 ? null : next.join(',') })
  }
  return (
    <fieldset class="chip-group" aria-label={w('filter.severity')}>
      {SEVERITIES.toReversed().map((severity) => (
        <button
          type="button"
          class={severities.has(severity) ? 'chip chip-on' : 'chip'}
          key={severity}
          aria-pressed={severities.has(severity)}
          onClick={() => toggle(severity)}
          data-testid={`severity-${severity}`}
        >
          <SeverityMark severity={severity} />
          {t(`severity.${severity}`)} <b class="alarm-count">{formatCount(counts[severity])}</b>
        </button>
      ))}
    </fieldset>
  )
}

/** Areas that have alarms; there are a hundred others. */
function areaOptions(): [code: string, name: string][] {
  const { area } = alarmFilters.value
  const codes = new Set([...alarmListing.value.areas, ...(area === null ? [] : [area])])
  const named = [...codes].map((code): [string, string] => [code, areaName(code) ?? code])
  return named.sort(([, a], [, b]) => a.localeCompare(b, 'vi'))
}

function Pick({
  name,
  options,
}: {
  name: 'kind' | 'domain' | 'area'
  options: readonly (readonly [value: string, text: string])[]
}) {
  return (
    <select
      class="select alarm-pick"
      aria-label={w(`filter.${name}`)}
      value={alarmFilters.value[name] ?? ''}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value || null })}
      data-testid={`pick-${name}`}
    >
      <option value="">{`${w(`filter.${name}`)}: ${w('filter.any')}`}</option>
      {options.map(([value, text]) => (
        <option value={value} key={value}>
          {text}
        </option>
      ))}
    </select>
  )
}
