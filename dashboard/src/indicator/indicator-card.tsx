import { PROVINCE_CODE } from '../state/catalogue.ts'
import { addressOf } from '../state/route.ts'
import { formatCount, formatDay, formatDecimal } from '../text/format.ts'
import { t, tIfKnown } from '../text/messages.ts'
import type { Indicator } from '../wire/indicator.ts'
import { CommuneRanking } from './commune-ranking.tsx'
import { usePolled } from './poll.ts'
import { TargetRow } from './target-row.tsx'

const PATH = '/indicators/iot-per-capita'

export function IndicatorCard() {
  const polled = usePolled<Indicator>(PATH, { area: PROVINCE_CODE }).value
  return (
    <section class="card indicator" aria-labelledby="indicator-title" data-testid="indicator">
      <h2 id="indicator-title" class="card-title">
        {t('indicator.title')}
      </h2>
      {polled.at === 'waiting' && <p class="muted">{t('app.loading')}</p>}
      {polled.at === 'failed' && <p class="error">{t('indicator.failed')}</p>}
      {polled.at === 'loaded' && <Figures indicator={polled.body} />}
    </section>
  )
}

function Figures({ indicator }: { indicator: Indicator }) {
  const { perPerson, status, connections, window, referenceDate, target } = indicator
  return (
    <>
      <p class="per-person">
        <b data-testid="per-person">
          {perPerson === null ? t('indicator.noRatio') : formatDecimal(perPerson)}
        </b>
        {status === 'P' && <span class="tag">{t('indicator.provisional')}</span>}
        {indicator.synthetic && <span class="tag tag-synthetic">{t('indicator.synthetic')}</span>}
      </p>
      <div class="indicator-detail">
        <dl class="indicator-inputs">
          <dt>{t('indicator.connections')}</dt>
          <dd>
            <b>{formatCount(connections)}</b>
            <span class="muted small">
              {t('indicator.asOf', { date: formatDay(Date.parse(referenceDate)), days: String(window.days) })}
            </span>
          </dd>
          <dt>{t('indicator.population')}</dt>
          <dd>
            <Population indicator={indicator} />
          </dd>
        </dl>
        {indicator.coverage === 'PLATFORM' && (
          <p class="indicator-note muted small">{t('indicator.lowerBound')}</p>
        )}
        <ul class="targets">
          {target.arms.map((arm) => (
            <TargetRow arm={arm} indicator={indicator} key={`${arm.kind} ${arm.by}`} />
          ))}
        </ul>
        <CommuneRanking path={PATH} />
        <a class="indicator-more" href={addressOf('indicator')} data-testid="to-indicator">
          {t('indicator.more')}
        </a>
      </div>
    </>
  )
}

/** The denominator with where it comes from: a ratio without that cannot be judged. */
function Population({ indicator }: { indicator: Indicator }) {
  const { population, populationYear, populationBasis, populationSource, synthetic } = indicator
  if (population === null) return <span class="muted">{t('indicator.noPopulation')}</span>
  const basis = populationBasis === null ? null : (tIfKnown(`basis.${populationBasis}`) ?? populationBasis)
  const origin = [basis, populationYear, populationSource].filter((part) => part !== null).join(' · ')
  return (
    <>
      <b>{formatCount(population)}</b>
      <span class="muted small">{origin}</span>
      {synthetic && <span class="tag tag-synthetic">{t('indicator.synthetic')}</span>}
    </>
  )
}
