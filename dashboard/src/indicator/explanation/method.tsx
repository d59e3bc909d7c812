import { formatDay, formatMoment } from '../../text/format.ts'
import { methodAddress } from '../report-address.ts'
import { COVERAGES } from '../view.ts'
import type { Figure } from '../wire.ts'
import { w as general } from '../words.ts'
import type { Explanation } from './wire.ts'
import { w } from './words.ts'

/** What may have made the figure too low, and what it covers. */
export function Quality({ explanation: { figure, outageDays } }: { explanation: Explanation }) {
  const coverage = COVERAGES.find((known) => known === figure.coverage)
  return (
    <section aria-labelledby="drawer-quality">
      <h3 class="card-title" id="drawer-quality">
        {w('quality.title')}
      </h3>
      {coverage !== undefined && (
        <p>
          {w('quality.coverage', {
            coverage: general(`coverage.${coverage}`),
            means: general(`means.${coverage}`),
          })}
        </p>
      )}
      <p>
        {outageDays.length === 0
          ? w('quality.noOutage')
          : w('quality.outage', {
              count: String(outageDays.length),
              days: outageDays.map((date) => formatDay(Date.parse(date))).join(', '),
            })}
      </p>
      <p>{w('quality.boundary', { version: figure.geoVersion })}</p>
    </section>
  )
}

/** What it takes to compute it again. */
export function Method({ figure, address }: { figure: Figure; address: string }) {
  const { methodVersion, asOf, computedAt, release } = figure
  return (
    <section aria-labelledby="drawer-method">
      <h3 class="card-title" id="drawer-method">
        {w('method.title')}
      </h3>
      <p>
        {w('method.version', { version: methodVersion })} ·{' '}
        <a href={methodAddress()} target="_blank" rel="noreferrer" data-testid="methodology">
          {w('method.link')}
        </a>
      </p>
      <p class="muted small">{w('method.asOf', { time: formatMoment(Date.parse(asOf ?? computedAt)) })}</p>
      {release !== null && (
        <p class="muted small drawer-sha">
          {w('method.release', { id: release.id, sha: release.inputsSha256 })}
        </p>
      )}
      <p>
        <a href={address} target="_blank" rel="noreferrer">
          {w('method.json')}
        </a>
      </p>
    </section>
  )
}
