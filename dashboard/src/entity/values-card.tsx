import { entityTypes, plausibleOf, quantityName } from '../state/catalogue.ts'
import { Age } from '../table/age.tsx'
import { orderedQuantities } from '../table/main-values.ts'
import { valueText } from '../table/value-cell.tsx'
import { formatExact, formatMoment, formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { Plausible } from '../wire/catalogue.ts'
import type { DerivedState, Entity, QuantityState } from '../wire/entity.ts'
import { quantityOf } from './quantities.ts'
import { w } from './words.ts'

/** What an entity shows now, measured and derived. `isPlain`: nothing of it can be drawn. */
export function ValuesCard({ entity, isPlain }: { entity: Entity; isPlain: boolean }) {
  const measured = orderedQuantities(entity)
  const derived = Object.entries(entity.derived)
  return (
    <section class="card values-card" aria-labelledby="values-title">
      <h2 class="card-title" id="values-title">
        {w('values.title')}
      </h2>
      {measured.length + derived.length === 0 ? (
        <p class="muted">{t('panel.noQuantities')}</p>
      ) : (
        <div class="values-scroll">
          <table class="values-table">
            <thead>
              <tr>
                <th scope="col">{t('panel.quantity')}</th>
                <th scope="col" class="right">
                  {t('panel.value')}
                </th>
                <th scope="col" class="value-range">
                  {w('values.range')}
                </th>
                <th scope="col">{t('panel.time')}</th>
                <th scope="col">{t('panel.quality')}</th>
              </tr>
            </thead>
            <tbody>
              {measured.map(([key, state]) => (
                <ValueRow key={key} id={key} state={state} type={entity.type} />
              ))}
              {derived.map(([key, state]) => (
                <ValueRow key={key} id={key} state={state} type={entity.type} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isPlain && <p class="muted small">{w('values.noCurves')}</p>}
    </section>
  )
}

interface RowProps {
  readonly id: string
  /** A derived value has no quality: it follows from good ones alone. */
  readonly state: QuantityState | DerivedState
  readonly type: string
}

function ValueRow({ id, state, type }: RowProps) {
  const quality = 'quality' in state ? state.quality : null
  const shown: QuantityState = { ...state, quality: quality ?? 'good' }
  return (
    <tr data-testid="value-row" data-quantity={id}>
      <th scope="row">{quantityName(id)}</th>
      <td class="right">
        <span class="value" data-testid="value-now">
          {valueText(id, shown, quality === null ? formatValue : formatExact)}
        </span>{' '}
        <span class="unit">{state.value !== null && formatUnit(state.unit)}</span>
      </td>
      <td class="value-range">
        <Range id={id} value={state.value} type={type} />
      </td>
      <td title={formatMoment(Date.parse(state.time))}>
        <Age time={state.time} />
      </td>
      <td class={quality === null || quality === 'good' ? '' : 'doubt'}>
        {quality === null ? <em class="derived-tag">{w('values.derived')}</em> : t(`quality.${quality}`)}
      </td>
    </tr>
  )
}

/** A range that says no more than that the number is a number is left out. */
const TELLING_MAX = 1e4

function Range({ id, value, type }: { id: string; value: number | null; type: string }) {
  const range = plausibleOf(type, id)
  const isOfType = entityTypes.value.get(type)?.plausible[quantityOf(id)] !== undefined
  if (!isOfType && range.max - range.min > TELLING_MAX) return null
  const isBeyond = value !== null && (value < range.min || value > range.max)
  return (
    <span class="range">
      {isOfType && value !== null && <RangeBar value={value} range={range} />}
      <span class={isBeyond ? 'doubt' : 'muted'}>
        {formatValue(range.min)} – {formatValue(range.max)}
        {isBeyond && ` · ${w('values.beyond')}`}
      </span>
    </span>
  )
}

/** Where in its range a value lies; told in numbers beside it. */
function RangeBar({ value, range: { min, max } }: { value: number; range: Plausible }) {
  const share = Math.min(Math.max((value - min) / (max - min), 0), 1)
  return (
    <svg class="range-bar" viewBox="0 0 40 8" width="40" height="8" aria-hidden="true">
      <rect x="0" y="3" width="40" height="2" class="range-track" />
      <rect x={share * 37} y="0" width="3" height="8" class="range-value" />
    </svg>
  )
}
