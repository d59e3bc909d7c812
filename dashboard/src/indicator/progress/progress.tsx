import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { errorText, useAsked } from '../../state/asked.ts'
import { route, setQuery } from '../../state/route.ts'
import { formatCount, formatDecimal, formatExact, formatRounded } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import { translate } from '../../text/translate.ts'
import { periodName, statusName } from '../codes.ts'
import { readComment } from '../comment.ts'
import { TableScroll } from '../table-scroll.tsx'
import { queryOf, view } from '../view.ts'
import { textOf } from '../wire.ts'
import { ProgressChart } from './progress-chart.tsx'
import { linesOf, type Trend } from './trend.ts'
import { w } from './words.ts'
import './progress.css'

const FREQUENCIES = ['M', 'Q', 'A'] as const

/** Where the figure comes from and where it goes, if nothing changes. */
export function Progress() {
  const freq = FREQUENCIES.find((known) => known === route.value.query.get('freq')) ?? 'M'
  const { body, error } = useAsked<Trend>(
    `/indicators/trend?${queryOf(view.value, { period: null, freq })}`,
  ).value
  const zoomed = useSignal(false)
  return (
    <section class="card progress" aria-labelledby="progress-title" data-testid="progress">
      <div class="progress-head">
        <h3 class="card-title" id="progress-title">
          {w('title')}
        </h3>
        <fieldset class="segments" aria-label={w('freq.label')}>
          {FREQUENCIES.map((option) => (
            <button
              type="button"
              class="segment"
              key={option}
              aria-pressed={option === freq}
              onClick={() => setQuery({ freq: option })}
              data-testid={`freq-${option}`}
            >
              {w(`freq.${option}`)}
            </button>
          ))}
        </fieldset>
        <fieldset class="segments" aria-label={w('scale.label')}>
          {[false, true].map((isZoomed) => (
            <button
              type="button"
              class="segment"
              key={String(isZoomed)}
              aria-pressed={zoomed.value === isZoomed}
              onClick={() => {
                zoomed.value = isZoomed
              }}
            >
              {w(isZoomed ? 'scale.values' : 'scale.targets')}
            </button>
          ))}
        </fieldset>
      </div>
      {error !== null && (
        <p class="error" role="alert">
          {w('failed', { detail: errorText(error) })}
        </p>
      )}
      {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
      {body !== null && <Curve trend={body} withTargets={!zoomed.value} />}
    </section>
  )
}

function Curve({ trend, withTargets }: { trend: Trend; withTargets: boolean }) {
  const lines = useMemo(() => linesOf(trend), [trend])
  if (!trend.points.some(({ perPerson }) => perPerson !== null)) return <p class="muted">{w('none')}</p>
  return (
    <>
      <Reaches trend={trend} />
      <ProgressChart lines={lines} withTargets={withTargets} />
      <ul class="progress-keys small" aria-hidden="true">
        {(['values', 'trend', 'band', 'target', 'break'] as const).map((key) => (
          <li key={key}>
            <span class={`progress-key progress-key-${key}`} />
            {w(`key.${key}`)}
          </li>
        ))}
      </ul>
      <p class="muted small">{fitText(trend.targets)}</p>
      <Points trend={trend} />
    </>
  )
}

function fitText(targets: Trend['targets']): string {
  const reach = targets.map(({ reach }) => reach).find(({ slopePerYear }) => slopePerYear !== null)
  if (reach === undefined) return w('noFit')
  return w('fit', {
    points: formatCount(reach.points),
    slope: formatExact(Number(reach.slopePerYear)),
    r2: formatRounded(Number(reach.r2), 3),
  })
}

/** The answer in a sentence comes before the curve: who has a minute reads no further. */
function Reaches({ trend: { targets } }: { trend: Trend }) {
  if (targets.length === 0) return null
  return (
    <section aria-label={w('reach.title')}>
      <ul class="reaches" data-testid="reaches">
        {targets.map(({ kind, value, by, reach }) => (
          <li key={`${kind} ${by}`} class="reach">
            <b>
              {kind === 'upper-average' || value === null
                ? w('reach.upper')
                : w('reach.target', { value: formatDecimal(String(Number(value))) })}
            </b>{' '}
            <span class="muted small">{w('reach.by', { year: by.slice(0, 4) })}</span>
            <p>{translate(textOf(reach.words))}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Points({ trend: { points } }: { trend: Trend }) {
  return (
    <details class="progress-table">
      <summary>{w('table')}</summary>
      <TableScroll label={w('table')}>
        <table class="figures">
          <thead>
            <tr>
              {(['period', 'connections', 'population', 'value', 'status'] as const).map((column) => (
                <th
                  scope="col"
                  key={column}
                  class={column === 'period' || column === 'status' ? '' : 'right'}
                >
                  {w(`col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map(({ period, connections, population, perPerson, status, comment }) => (
              <tr key={period}>
                <th scope="row">{periodName(period)}</th>
                <td class="right">{connections === null ? '–' : formatCount(connections)}</td>
                <td class="right">{population === null ? '–' : formatCount(population)}</td>
                <td class="right">
                  <b>{perPerson === null ? '–' : formatDecimal(perPerson)}</b>
                </td>
                <td>{statusesOf(status, comment)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </details>
  )
}

/** All that is to be said of one figure: its statuses, then the notes. */
function statusesOf(status: string, comment: string | null): string {
  const { also, notes } = readComment(comment)
  return [[status, ...also].map(statusName).join(', '), ...notes].join('. ')
}
