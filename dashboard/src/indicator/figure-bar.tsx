import { useSignal } from '@preact/signals'
import { areaName, areas, PROVINCE_CODE } from '../state/catalogue.ts'
import { nowMs } from '../state/clock.ts'
import { route, setQuery } from '../state/route.ts'
import { formatDay } from '../text/format.ts'
import { dayOf } from '../text/province-time.ts'
import { codeName, DIMENSIONS, type Dimension, periodName } from './codes.ts'
import { periodsBefore } from './periods.ts'
import { COVERAGES, TOTAL, view } from './view.ts'
import type { Release } from './wire.ts'
import { w } from './words.ts'

const NONE = { period: null, area: null, access: null, class: null, domain: null, coverage: null, asOf: null }
const MORE = ['access', 'class', 'domain', 'coverage', 'asOf'] as const
const FREQUENCIES = ['A', 'Q', 'M'] as const

/** Which figure it is about. All of it is in the address, so that a figure can be kept, sent and cited. */
export function FigureBar({ releases }: { releases: readonly Release[] }) {
  const { query } = route.value
  // A phone shows the figure first: what is seldom chosen there is folded away until it is.
  const isWhole = useSignal(MORE.some((name) => query.has(name)))
  return (
    <search
      class={isWhole.value ? 'card figure-bar figure-bar-whole' : 'card figure-bar'}
      aria-label={w('filter.label')}
    >
      <Period />
      <Area />
      {(['access', 'class', 'domain'] as const).map((dimension) => (
        <Code key={dimension} dimension={dimension} />
      ))}
      <label class="pick pick-more">
        <span>{w('filter.coverage')}</span>
        <select
          class="select"
          value={view.value.coverage}
          onChange={({ currentTarget: { value } }) =>
            setQuery({ coverage: value === 'PLATFORM' ? null : value })
          }
          data-testid="pick-coverage"
        >
          {COVERAGES.map((coverage) => (
            <option key={coverage} value={coverage}>
              {w(`coverage.${coverage}`)}
            </option>
          ))}
        </select>
      </label>
      <AsOf releases={releases} />
      <button
        type="button"
        class="button figure-bar-switch"
        aria-expanded={isWhole.value}
        onClick={() => {
          isWhole.value = !isWhole.value
        }}
      >
        {w('filter.more')}
      </button>
      {Object.keys(NONE).some((name) => query.has(name)) && (
        <button type="button" class="button" onClick={() => setQuery(NONE)} data-testid="clear-figure">
          {w('filter.clear')}
        </button>
      )}
    </search>
  )
}

function Period() {
  const { period } = view.value
  const periods = periodsBefore(nowMs.value)
  const isListed = period === null || FREQUENCIES.some((freq) => periods[freq].includes(period))
  return (
    <label class="pick">
      <span>{w('filter.period')}</span>
      <select
        class="select"
        value={period ?? ''}
        onChange={({ currentTarget: { value } }) => setQuery({ period: value || null })}
        data-testid="pick-period"
      >
        <option value="">{w('filter.today')}</option>
        {!isListed && <option value={period}>{periodName(period)}</option>}
        {FREQUENCIES.map((freq) => (
          <optgroup key={freq} label={w(`filter.${freq}`)}>
            {periods[freq].map((name) => (
              <option key={name} value={name}>
                {periodName(name)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}

function Area() {
  const { area } = view.value
  const named = [...areas.value.keys()]
    .filter((code) => code !== PROVINCE_CODE)
    .map((code): [string, string] => [code, areaName(code) ?? code])
    .sort(([, a], [, b]) => a.localeCompare(b, 'vi'))
  const unknown = `${PROVINCE_CODE}_U`
  const isListed = area === PROVINCE_CODE || area === unknown || areas.value.has(area)
  return (
    <label class="pick">
      <span>{w('filter.area')}</span>
      <select
        class="select"
        value={area}
        onChange={({ currentTarget: { value } }) =>
          setQuery({ area: value === PROVINCE_CODE ? null : value })
        }
        data-testid="pick-area"
      >
        <option value={PROVINCE_CODE}>{areaName(PROVINCE_CODE)}</option>
        {!isListed && <option value={area}>{area}</option>}
        {named.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
        <option value={unknown}>{w('filter.noArea')}</option>
      </select>
    </label>
  )
}

function Code({ dimension }: { dimension: Dimension }) {
  return (
    <label class="pick pick-more">
      <span>{w(`filter.${dimension}`)}</span>
      <select
        class="select"
        value={view.value[dimension]}
        onChange={({ currentTarget: { value } }) => setQuery({ [dimension]: value === TOTAL ? null : value })}
        data-testid={`pick-${dimension}`}
      >
        <option value={TOTAL}>{w('filter.any')}</option>
        {Object.keys(DIMENSIONS[dimension]).map((code) => (
          <option key={code} value={code}>
            {codeName(dimension, code)}
          </option>
        ))}
      </select>
    </label>
  )
}

function AsOf({ releases }: { releases: readonly Release[] }) {
  const { asOf } = view.value
  const today = dayOf(nowMs.value)
  const isListed = asOf === null || asOf === today || releases.some(({ publishedAt }) => publishedAt === asOf)
  return (
    <label class="pick pick-more">
      <span>{w('filter.asOf')}</span>
      <select
        class="select"
        value={asOf ?? ''}
        onChange={({ currentTarget: { value } }) => setQuery({ asOf: value || null })}
        data-testid="pick-as-of"
      >
        <option value="">{w('filter.live')}</option>
        <option value={today}>{w('filter.published')}</option>
        {!isListed && (
          <option value={asOf}>{w('filter.asOfDay', { date: formatDay(Date.parse(asOf)) })}</option>
        )}
        {releases.map(({ id, publishedAt }) => (
          <option key={id} value={publishedAt}>
            {id} · {formatDay(Date.parse(publishedAt))}
          </option>
        ))}
      </select>
    </label>
  )
}
