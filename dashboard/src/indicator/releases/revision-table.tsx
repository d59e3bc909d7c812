import { useSignal } from '@preact/signals'
import { areaName } from '../../state/catalogue.ts'
import { formatCount, formatDecimal } from '../../text/format.ts'
import { translate } from '../../text/translate.ts'
import { codeName, indicatorName, periodName, statusName } from '../codes.ts'
import { TOTAL } from '../view.ts'
import { textOf } from '../wire.ts'
import type { Revision, Side } from './wire.ts'
import { w } from './words.ts'

const STEP = 50

/** What changed, from what to what, and why. */
export function RevisionTable({ items }: { items: readonly Revision[] }) {
  const shown = useSignal(STEP)
  return (
    <>
      <p class="muted small">{w('compare.count', { count: formatCount(items.length) })}</p>
      <div class="figures-scroll">
        <table class="figures" data-testid="revisions">
          <thead>
            <tr>
              <th scope="col">{w('change.area')}</th>
              <th scope="col">{w('change.what')}</th>
              <th scope="col" class="right">
                {w('change.before')}
              </th>
              <th scope="col" class="right">
                {w('change.after')}
              </th>
              <th scope="col">{w('change.why')}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shown.value).map((item) => (
              <Row key={`${item.area} ${item.indicator} ${item.access} ${item.period}`} item={item} />
            ))}
          </tbody>
        </table>
      </div>
      {items.length > shown.value && (
        <button type="button" class="button" onClick={() => (shown.value += STEP)}>
          {w('compare.more')}
        </button>
      )}
    </>
  )
}

function Row({ item: { area, indicator, access, period, before, after, reasons } }: { item: Revision }) {
  return (
    <tr data-testid="revision" data-area={area}>
      <th scope="row">{areaName(area)}</th>
      <td>
        {indicatorName(indicator)}
        <span class="muted small change-of">
          {[periodName(period), access === TOTAL ? null : codeName('access', access)]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
      </td>
      <td class="right">{before === null ? w('compare.new') : <Value of={before} />}</td>
      <td class="right">{after === null ? w('compare.gone') : <Value of={after} />}</td>
      <td>
        <ul>
          {reasons.map((reason) => (
            <li key={reason.code}>{translate(textOf(reason))}</li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

function Value({ of: { value, num, den, status } }: { of: Side }) {
  return (
    <>
      <b>{value === null ? statusName(status) : formatDecimal(value)}</b>
      {num !== null && den !== null && (
        <span class="muted small change-of">
          {formatCount(num)} / {formatCount(den)}
        </span>
      )}
      {value !== null && <span class="muted small change-of">{statusName(status)}</span>}
    </>
  )
}
