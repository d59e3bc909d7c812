import { useRef } from 'preact/hooks'
import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { nowMs } from '../state/clock.ts'
import { ready } from '../state/entities.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { DOMAINS } from '../wire/entity.ts'
import { domainCounts } from './scope.ts'
import { TREND_MINUTES, Trend } from './trend.ts'
import { w } from './words.ts'

/** How many of each domain are heard, and whether that is getting worse. */
export function DomainBoard() {
  const trend = useRef(new Trend())
  const counts = domainCounts.value
  const atMs = nowMs.value
  if (ready.value) trend.current.note(atMs, counts)
  return (
    <table class="wall-domains" aria-label={w('domains.title')}>
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">{w('domains.title')}</span>
          </th>
          {FRESHNESSES.map((freshness) => (
            <th scope="col" key={freshness}>
              <span class="wall-state">
                <Mark freshness={freshness} />
                {t(`state.${freshness}`)}
              </span>
            </th>
          ))}
          <th scope="col">{w('domains.trend', { minutes: formatCount(TREND_MINUTES) })}</th>
        </tr>
      </thead>
      <tbody>
        {DOMAINS.flatMap((domain) => {
          const of = counts.get(domain)
          if (of === undefined) return []
          return [
            <tr key={domain} data-testid={`wall-domain-${domain}`}>
              <th scope="row">{t(`domain.${domain}`)}</th>
              {FRESHNESSES.map((freshness) => (
                <td key={freshness} class={of[freshness] > 0 ? `state-${freshness}` : 'muted'}>
                  {formatCount(of[freshness])}
                </td>
              ))}
              <td class="wall-trend">{trendText(trend.current.of(domain, atMs, of))}</td>
            </tr>,
          ]
        })}
      </tbody>
    </table>
  )
}

function trendText(change: number | null): string {
  if (change === null) return w('trend.unknown')
  if (change === 0) return w('trend.same')
  return w(change > 0 ? 'trend.worse' : 'trend.better', { count: formatCount(Math.abs(change)) })
}
