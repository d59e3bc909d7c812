import { useSignal } from '@preact/signals'
import { areaName } from '../../state/catalogue.ts'
import { formatCount, formatDecimal } from '../../text/format.ts'
import { translate } from '../../text/translate.ts'
import { codeName, indicatorName, periodName, statusName } from '../codes.ts'
import { TableScroll } from '../table-scroll.tsx'
import { TOTAL } from '../view.ts'
import { textOf } from '../wire.ts'
import type { Revision, RevisionSide, Revisions } from './wire.ts'
import { w } from './words.ts'

const STEP = 50

/** What changed, from what to what, and why. */
export function RevisionTable({ revisions: { items, total, reasons } }: { revisions: Revisions }) {
  const shown = useSignal(STEP)
  const isWhole = useSignal(false)
  const totals = items.filter(isTotal)
  const fine = items.length - totals.length
  const chosen = isWhole.value ? items : totals
  return (
    <>
      <p>
        {items.length < total
          ? w('compare.cut', { shown: formatCount(items.length), count: formatCount(total) })
          : w('compare.count', { count: formatCount(total) })}
      </p>
      <ul class="revision-reasons" data-testid="revision-reasons">
        {reasons.map((reason) => (
          <li key={reason.code}>
            {w('compare.reason', { reason: translate(textOf(reason)), count: formatCount(reason.figures) })}
          </li>
        ))}
      </ul>
      {fine > 0 && (
        <label class="publish-final">
          <input
            type="checkbox"
            checked={isWhole.value}
            onChange={(event) => (isWhole.value = event.currentTarget.checked)}
            data-testid="revisions-fine"
          />{' '}
          {w('compare.fine', { count: formatCount(fine) })}
        </label>
      )}
      <TableScroll label={w('compare.title')}>
        <table class="figures revisions" data-testid="revisions">
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
            {chosen.slice(0, shown.value).map((item) => (
              <Row key={keyOf(item)} item={item} />
            ))}
          </tbody>
        </table>
      </TableScroll>
      {chosen.length > shown.value && (
        <button type="button" class="button revisions-more" onClick={() => (shown.value += STEP)}>
          {w('compare.more')}
        </button>
      )}
    </>
  )
}

/** Broken down by nothing: what most readers look for. */
const isTotal = ({ access, domain, class: cls }: Revision): boolean =>
  [access, domain, cls].every((code) => code === TOTAL)

const keyOf = ({ area, indicator, access, domain, class: cls, coverage, period }: Revision): string =>
  [area, indicator, access, domain, cls, coverage, period].join()

function Row({ item }: { item: Revision }) {
  const { area, indicator, period, before, after, reasons } = item
  const codes = (['access', 'class', 'domain'] as const).flatMap((dimension) =>
    item[dimension] === TOTAL ? [] : [codeName(dimension, item[dimension])],
  )
  return (
    <tr data-testid="revision" data-area={area} data-indicator={indicator}>
      <th scope="row">{areaName(area)}</th>
      <td>
        {indicatorName(indicator)}
        <span class="muted small change-of">{[periodName(period), ...codes].join(' · ')}</span>
      </td>
      <td class="right">{before === null ? w('compare.new') : <Value of={before} />}</td>
      <td class="right">{after === null ? w('compare.gone') : <Value of={after} />}</td>
      <td class="revision-why">
        <ul>
          {reasons.map((reason) => (
            <li key={`${reason.code} ${reason.en}`}>{translate(textOf(reason))}</li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

function Value({ of: { value, num, den, obsStatus } }: { of: RevisionSide }) {
  return (
    <>
      <b>{value === null ? statusName(obsStatus) : formatDecimal(value)}</b>
      {num !== null && den !== null && (
        <span class="muted small change-of">
          {formatCount(num)} / {formatCount(den)}
        </span>
      )}
      {value !== null && <span class="muted small change-of">{statusName(obsStatus)}</span>}
    </>
  )
}
