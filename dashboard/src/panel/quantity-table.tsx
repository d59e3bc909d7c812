import { quantityName } from '../state/catalogue.ts'
import { Age } from '../table/age.tsx'
import { valueText } from '../table/value-cell.tsx'
import { formatClock, formatExact } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { QuantityState } from '../wire/entity.ts'

interface Props {
  readonly rows: readonly [key: string, state: QuantityState][]
  /** The one whose curve is shown. */
  readonly chosen: string
  readonly choose: (key: string) => void
}

export function QuantityTable({ rows, chosen, choose }: Props) {
  return (
    <div class="quantities">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('panel.quantity')}</th>
            <th scope="col" class="right">
              {t('panel.value')}
            </th>
            <th scope="col">{t('panel.time')}</th>
            <th scope="col">{t('panel.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, state]) => (
            <tr key={key} class={key === chosen ? 'quantity-chosen' : ''}>
              <th scope="row">
                <button
                  type="button"
                  class="quantity-button"
                  aria-pressed={key === chosen}
                  onClick={() => choose(key)}
                >
                  {quantityName(key)}
                </button>
              </th>
              <td class="right">
                <span data-testid="panel-value" data-quantity={key} class="value">
                  {valueText(key, state, formatExact)}
                </span>{' '}
                <span class="unit">{formatUnit(state.unit)}</span>
              </td>
              <td>
                {formatClock(Date.parse(state.time))} <Age time={state.time} />
              </td>
              <td class={state.quality === 'good' ? '' : 'doubt'}>{t(`quality.${state.quality}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
