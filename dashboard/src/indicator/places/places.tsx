import { useMemo } from 'preact/hooks'
import { errorText, useAsked } from '../../state/asked.ts'
import { PROVINCE_CODE } from '../../state/catalogue.ts'
import { setQuery } from '../../state/route.ts'
import { formatDecimal } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import { translate } from '../../text/translate.ts'
import { queryOf, TOTAL, view } from '../view.ts'
import { type Figure, type National, type Ranked, type Ranking, textOf } from '../wire.ts'
import { Choropleth } from './choropleth.tsx'
import { RankingTable } from './ranking-table.tsx'
import { shadesOf } from './shades.ts'
import { w } from './words.ts'
import './places.css'

const NO_ITEMS: readonly Ranked[] = []

/** Every commune on the map and in the ranking; choosing one in either shows its figure above. */
export function Places() {
  const { access, domain, class: cls, coverage, area } = view.value
  const isTotal = coverage === 'PLATFORM' && [access, domain, cls].every((code) => code === TOTAL)
  const ranking = useAsked<Ranking>(
    isTotal ? `/indicators/ranking?${queryOf(view.value, { area: null })}` : null,
  ).value
  const figures = useAsked<{ items: readonly Figure[] }>(
    isTotal ? null : `/indicators/iot-per-capita?${queryOf(view.value, { area: null, level: 'commune' })}`,
  ).value
  const { body, error } = isTotal ? ranking : figures
  const items = useMemo(
    () => (isTotal ? ranking.body?.items : figures.body?.items.map(unranked)) ?? NO_ITEMS,
    [isTotal, body],
  )
  const shades = useMemo(() => shadesOf(items), [items])
  const choose = (code: string): void => setQuery({ area: code === area ? null : code })
  const chosen = area === PROVINCE_CODE ? null : area
  return (
    <div class="places" data-testid="places">
      {error !== null && (
        <p class="error" role="alert">
          {w('table.failed', { detail: errorText(error) })}
        </p>
      )}
      {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
      <div class="places-columns">
        <Choropleth items={items} shades={shades} chosen={chosen} choose={choose} />
        <div class="places-side">
          {isTotal && ranking.body !== null && <Standing national={ranking.body.national} />}
          {!isTotal && <p class="muted small">{w(coverage === 'PLATFORM' ? 'unranked' : 'otherCoverage')}</p>}
          {body !== null && <RankingTable items={items} chosen={chosen} choose={choose} />}
        </div>
      </div>
    </div>
  )
}

const unranked = (figure: Figure): Ranked => ({
  ...figure,
  rank: null,
  of: null,
  quartile: null,
  group: null,
})

function Standing({ national }: { national: National | null }) {
  return (
    <section class="card national" aria-label={w('national.title')} data-testid="national">
      <h3 class="card-title">{w('national.title')}</h3>
      {national === null ? (
        <p class="muted small">{w('national.none')}</p>
      ) : (
        <>
          <p>
            {national.rank !== null && (
              <b>
                {w('national.rank', {
                  rank: String(national.rank),
                  of: String(national.of ?? national.localities),
                })}
              </b>
            )}{' '}
            {national.group !== null && <span>{translate(textOf(national.group))}</span>}
          </p>
          {national.met !== null && <p>{w(national.met ? 'national.met' : 'national.notMet')}</p>}
          <p class="muted small">{readings(national)}</p>
        </>
      )}
    </section>
  )
}

/** The average, the other reading of the target, and where it all comes from. */
function readings({ indicator, average, distance, aboveAverage, sources }: National): string {
  const isAbove = aboveAverage ? 'national.above' : 'national.below'
  const parts = [
    average === null ? null : w('national.average', { value: formatDecimal(average) }),
    aboveAverage === null || distance === null
      ? null
      : w(isAbove, { percent: formatDecimal(distance.replace('-', '')) }),
    indicator === 'M2M_SIM_P100' ? w('national.m2m') : null,
    w('national.sources', { sources: sources.join('; ') }),
  ]
  return parts.filter((part) => part !== null).join(' · ')
}
