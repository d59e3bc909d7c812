import { useAsked } from '../state/asked.ts'
import { areaName, PROVINCE_CODE } from '../state/catalogue.ts'
import { addressOf, setQuery } from '../state/route.ts'
import { formatCount, formatDay, formatDecimal } from '../text/format.ts'
import { translate } from '../text/translate.ts'
import { basisName, codeName, periodName, statusName } from './codes.ts'
import { readComment } from './comment.ts'
import { Targets } from './targets.tsx'
import { COVERAGES, cellText, queryOf, TOTAL, view } from './view.ts'
import { type Figure, type Release, textOf } from './wire.ts'
import { w } from './words.ts'

const day = (date: string): string => formatDay(Date.parse(date))

/** The figure for who has a minute: how much, how sure, of what, and how far from the target. */
export function Headline({ figure, releases }: { figure: Figure; releases: readonly Release[] }) {
  const published = releases.find(({ periods }) => periods.includes(figure.period))
  return (
    <section class="card headline" aria-labelledby="headline-title" data-testid="headline">
      <div class="headline-figure">
        <h2 id="headline-title" class="headline-title">
          {titleOf(figure)}
        </h2>
        <p class="headline-value">
          <b data-testid="headline-value">{shownValue(figure)}</b>{' '}
          {figure.perPerson !== null && <span>{w('head.perPerson')}</span>}
        </p>
        <Standing figure={figure} published={figure.release === null ? published : undefined} />
        <p class="headline-tools">
          <button
            type="button"
            class="button button-main"
            onClick={() => setQuery({ how: cellText({ ...view.value, area: figure.area }) })}
            data-testid="headline-how"
          >
            {w('head.how')}
          </button>
          {figure.area !== PROVINCE_CODE && (
            <button type="button" class="button" onClick={() => setQuery({ area: null })}>
              {w('head.province')}
            </button>
          )}
        </p>
      </div>
      <Parts figure={figure} />
      <Targets figure={figure} />
    </section>
  )
}

function titleOf({
  area,
  areaName: name,
  period,
  referenceDate,
  access,
  domain,
  class: cls,
}: Figure): string {
  const codes = [
    access === TOTAL ? null : codeName('access', access),
    cls === TOTAL ? null : codeName('class', cls),
    domain === TOTAL ? null : codeName('domain', domain),
  ].filter((part) => part !== null)
  const when = view.value.period === null ? day(referenceDate) : periodName(period)
  return [areaName(area, translate(textOf(name))), when, ...codes].join(' · ')
}

function shownValue({ perPerson, status }: Figure): string {
  if (perPerson !== null) return formatDecimal(perPerson)
  return w(status === 'Q' ? 'head.withheld' : 'head.none')
}

/** What a reader may take it for: its status, its release, and whether it is made up. */
function Standing({ figure, published }: { figure: Figure; published: Release | undefined }) {
  const { status, release, synthetic } = figure
  const { also, notes } = readComment(figure.comment)
  return (
    <div class="headline-standing">
      <p>
        <span class="tag" data-testid="headline-status">
          {release?.isFinal && status === 'A' ? w('head.final') : statusName(status)}
        </span>{' '}
        {also.map((code) => (
          <span class="tag" key={code}>
            {statusName(code)}
          </span>
        ))}{' '}
        {release?.kind === 'CORRECTION' && <span class="tag">{w('head.correction')}</span>}{' '}
        {synthetic && <span class="tag tag-synthetic">{w('head.synthetic')}</span>}
      </p>
      <p class="muted" data-testid="headline-release">
        {release === null
          ? w('head.live')
          : `${w('head.released', { date: day(release.publishedAt) })} (${release.id})`}
      </p>
      {published !== undefined && (
        <p>
          <button
            type="button"
            class="figure-name"
            onClick={() => setQuery({ asOf: published.publishedAt })}
            data-testid="to-published"
          >
            {w('head.toPublished', { id: published.id })}
          </button>
        </p>
      )}
      {figure.connections === 0 && <p class="small">{w('head.zero')}</p>}
      {figure.coverage === 'OPERATOR' && <p class="small">{w('head.operators')}</p>}
      {status === 'Q' && <p>{w('head.withheldWhy')}</p>}
      {notes.map((note) => (
        <p class="muted small" key={note}>
          {note}
        </p>
      ))}
    </div>
  )
}

function Parts({ figure }: { figure: Figure }) {
  const { connections, population, populationYear, populationBasis, populationSource, window } = figure
  const basis = populationBasis === null ? null : basisName(populationBasis)
  const origin = [basis, populationYear, populationSource].filter((part) => part !== null).join(' · ')
  const coverage = COVERAGES.find((known) => known === figure.coverage)
  return (
    <dl class="headline-parts">
      <div>
        <dt>{w('head.connections')}</dt>
        <dd>
          <b data-testid="headline-connections">{connections === null ? '–' : formatCount(connections)}</b>{' '}
          <span class="muted small">
            {w('head.active', { days: String(window.days), from: day(window.from), to: day(window.to) })}
          </span>
        </dd>
      </div>
      <div>
        <dt>{w('head.population')}</dt>
        <dd>
          {population === null ? (
            <span>
              {w('head.noPopulation')} <a href={addressOf('inputs')}>{w('head.toPopulation')}</a>
            </span>
          ) : (
            <>
              <b data-testid="headline-population">{formatCount(population)}</b>{' '}
              <span class="muted small">{origin}</span>
            </>
          )}
        </dd>
      </div>
      <Subscriptions />
      {coverage !== undefined && (
        <div>
          <dt>{w('head.coverage')}</dt>
          <dd>
            <b>{w(`coverage.${coverage}`)}</b> <span class="muted small">{w(`means.${coverage}`)}</span>
          </dd>
        </div>
      )}
    </dl>
  )
}

/** The other count, for who compares countries. */
function Subscriptions() {
  const { body } = useAsked<Figure>(
    `/indicators/iot-per-capita?${queryOf(view.value, { indicator: 'M2M_SIM_P100' })}`,
  ).value
  if (body === null) return null
  return (
    <div>
      <dt>{w('head.m2m')}</dt>
      <dd>
        <b data-testid="headline-m2m">{body.value === null ? '–' : formatDecimal(body.value)}</b>{' '}
        <span class="muted small">{w('head.m2mAbout')}</span>
      </dd>
    </div>
  )
}
