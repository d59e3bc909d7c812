import { formatCount, formatDay, formatDecimal } from '../../text/format.ts'
import { translate } from '../../text/translate.ts'
import type { Figure } from '../wire.ts'
import type { Step } from './wire.ts'
import { ruleWhy, w } from './words.ts'

/** The exact division, in the digits of the language. */
export function Division({ formula }: { formula: string | null }) {
  if (formula === null) return null
  return (
    <section aria-labelledby="drawer-division">
      <h3 class="card-title" id="drawer-division">
        {w('division.title')}
      </h3>
      <p class="division" data-testid="explanation-formula">
        {formula.replace(/\d+(\.\d+)?/g, (number) => formatDecimal(number)).replace(' / ', ' ÷ ')}
      </p>
      <p class="muted small">{w('division.note')}</p>
    </section>
  )
}

interface LedgerProps {
  readonly steps: readonly Step[]
  readonly window: Figure['window']
}

/** From all known devices to those counted, and what each rule took away. */
export function Ledger({ steps, window: { days, from, to } }: LedgerProps) {
  const day = (date: string): string => formatDay(Date.parse(date))
  return (
    <section aria-labelledby="drawer-steps">
      <h3 class="card-title" id="drawer-steps">
        {w('steps.title')}
      </h3>
      <Steps steps={steps} />
      {steps.some(({ count }) => count === null) && <p class="muted small">{w('steps.hiddenWhy')}</p>}
      <p class="muted small">{w('steps.window', { days: String(days), from: day(from), to: day(to) })}</p>
    </section>
  )
}

export function Sims({ sims }: { sims: number | null }) {
  return (
    <section aria-labelledby="drawer-sims">
      <h3 class="card-title" id="drawer-sims">
        {w('sims.title')}
      </h3>
      <p data-testid="explanation-sims">
        {sims === null ? (
          <span class="muted">{w('steps.hidden')}</span>
        ) : (
          <b>{w('sims.count', { count: formatCount(sims) })}</b>
        )}
      </p>
      <p class="muted small">{w('sims.note')}</p>
    </section>
  )
}

const SIGNS = { '-': '−', '=': '=' } as const

function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <table class="figures ledger" data-testid="explanation-steps">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">±</th>
          <th scope="col">{w('steps.rule')}</th>
          <th scope="col">{w('steps.count')}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ rule, nameVi, nameEn, count, sign }, at) => (
          <tr
            key={rule}
            class={sign === '=' || at === 0 ? 'ledger-sum' : ''}
            data-testid="step"
            data-rule={rule}
          >
            <td class="ledger-sign">{at === 0 ? '' : SIGNS[sign]}</td>
            <th scope="row">
              {translate([nameVi, nameEn])}
              {ruleWhy(rule) !== null && <span class="muted small ledger-why">{ruleWhy(rule)}</span>}
            </th>
            <td class="right">
              {count === null ? <span class="muted">{w('steps.hidden')}</span> : <b>{formatCount(count)}</b>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
