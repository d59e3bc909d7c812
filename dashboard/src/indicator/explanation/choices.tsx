import { areaName } from '../../state/catalogue.ts'
import { formatCount, formatDay, formatDecimal } from '../../text/format.ts'
import { basisName, codeName } from '../codes.ts'
import { TableScroll } from '../table-scroll.tsx'
import { TOTAL } from '../view.ts'
import type { OperatorLine, PopulationChoice, WindowLine } from './wire.ts'
import { w } from './words.ts'

interface PopulationsProps {
  readonly choices: readonly PopulationChoice[]
  readonly perPerson: string | null
}

/** Which population was used, and how far each other would have moved the figure. */
export function Populations({ choices, perPerson }: PopulationsProps) {
  return (
    <section aria-labelledby="drawer-population">
      <h3 class="card-title" id="drawer-population">
        {w('population.title')}
      </h3>
      {choices.length === 0 ? (
        <p class="muted">{w('population.none')}</p>
      ) : (
        <TableScroll label={w('population.title')}>
          <table class="figures" data-testid="explanation-populations">
            <Head
              names={[
                'population.year',
                'population.basis',
                'population.value',
                'population.would',
                'population.move',
                'population.source',
              ]}
            />
            <tbody>
              {choices.map((choice) => (
                <tr
                  key={`${choice.year} ${choice.basis} ${choice.source}`}
                  class={choice.chosen ? 'figure-chosen' : ''}
                >
                  <th scope="row">{choice.year}</th>
                  <td>
                    {basisName(choice.basis)} {choice.chosen && <b class="tag">{w('population.chosen')}</b>}
                  </td>
                  <td class="right">{formatCount(choice.value)}</td>
                  <td class="right">{choice.perPerson === null ? '–' : formatDecimal(choice.perPerson)}</td>
                  <td class="right">{choice.chosen ? '–' : moved(perPerson, choice.perPerson)}</td>
                  <td class="small">
                    {choice.source}
                    {choice.publishedOn !== null && (
                      <span class="muted">
                        {' '}
                        · {w('population.published', { date: formatDay(Date.parse(choice.publishedOn)) })}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      <p class="muted small">{w('population.rule')}</p>
    </section>
  )
}

/** "+8,3 %" against the figure as it is. */
function moved(from: string | null, to: string | null): string {
  if (from === null || to === null || Number(from) === 0) return '–'
  const percent = (100 * (Number(to) - Number(from))) / Number(from)
  const text = formatDecimal(Math.abs(percent).toFixed(1))
  return `${percent < 0 ? '−' : '+'}${text} %`
}

/** The same figure by other windows of activity. */
export function Sensitivity({ lines, usedDays }: { lines: readonly WindowLine[]; usedDays: number }) {
  if (lines.length === 0) return null
  return (
    <section aria-labelledby="drawer-sensitivity">
      <h3 class="card-title" id="drawer-sensitivity">
        {w('sensitivity.title')}
      </h3>
      <table class="figures" data-testid="explanation-sensitivity">
        <Head names={['sensitivity.window', 'sensitivity.connections', 'sensitivity.value']} />
        <tbody>
          {lines.map(({ windowDays, connections, perPerson }) => (
            <tr key={windowDays} class={windowDays === usedDays ? 'figure-chosen' : ''}>
              <th scope="row">
                {w('sensitivity.days', { days: String(windowDays) })}{' '}
                {windowDays === usedDays && <b class="tag">{w('sensitivity.used')}</b>}
              </th>
              <td class="right">{connections === null ? '–' : formatCount(connections)}</td>
              <td class="right">{perPerson === null ? '–' : formatDecimal(perPerson)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What operators reported, and what of it was taken off as counted already. */
export function Operators({ lines }: { lines: readonly OperatorLine[] }) {
  return (
    <section aria-labelledby="drawer-operators">
      <h3 class="card-title" id="drawer-operators">
        {w('operators.title')}
      </h3>
      {lines.length === 0 ? (
        <p class="muted">{w('operators.none')}</p>
      ) : (
        <TableScroll label={w('operators.title')}>
          <table class="figures" data-testid="explanation-operators">
            <Head
              names={[
                'operators.operator',
                'operators.subscriptions',
                'operators.doubles',
                'operators.added',
                'operators.source',
              ]}
            />
            <tbody>
              {lines.map(
                ({ operator, area, access, subscriptions, onPlatform, matchedBy, added, source }) => (
                  <tr key={`${operator} ${area} ${access}`}>
                    <th scope="row">
                      {operator}{' '}
                      <span class="muted small ledger-why">
                        {[areaName(area), access === TOTAL ? null : codeName('access', access)]
                          .filter((part) => part !== null)
                          .join(' · ')}
                      </span>
                    </th>
                    <td class="right">{formatCount(subscriptions)}</td>
                    <td class="right">
                      {onPlatform === null ? '?' : `− ${formatCount(onPlatform)}`}{' '}
                      <span class="muted small">{w(`operators.${matchedBy ?? 'unknown'}`)}</span>
                    </td>
                    <td class="right">{added === null ? '–' : formatCount(added)}</td>
                    <td class="small">{source}</td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  )
}

const NUMBERS: ReadonlySet<string> = new Set([
  ...['population.value', 'population.would', 'population.move', 'operators.subscriptions'],
  ...['operators.doubles', 'operators.added', 'sensitivity.connections', 'sensitivity.value'],
])

function Head({ names }: { names: readonly Parameters<typeof w>[0][] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th scope="col" key={name} class={NUMBERS.has(name) ? 'right' : ''}>
            {w(name)}
          </th>
        ))}
      </tr>
    </thead>
  )
}
