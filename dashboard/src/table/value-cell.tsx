import { isYesOrNo, quantityName } from '../state/catalogue.ts'
import { formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { QuantityState } from '../wire/entity.ts'
import { Age } from './age.tsx'
import { w } from './words.ts'

interface ValueProps {
  readonly quantity: string
  readonly state: Omit<QuantityState, 'device'>
  readonly isDerived?: boolean
}

export function ValueCell({ quantity, state, isDerived = false }: ValueProps) {
  const doubtful = state.quality !== 'good'
  const [id = quantity, channel] = quantity.split('/')
  return (
    <span class="value-cell">
      <span class="value-head">
        <span class="value-name">
          {isDerived && (
            <span class="derived" role="img" title={w('derivedHint')} aria-label={w('derivedHint')}>
              ƒ
            </span>
          )}
          <span class="value-quantity">{quantityName(id)}</span>
        </span>
        <Age time={state.time} />
      </span>
      <span class="value-line">
        {/* Beside the value, not the name: a cut-off name must not make three phases look alike. */}
        {channel !== undefined && <span class="channel">{channel}</span>}
        <span
          class={doubtful ? 'value value-doubtful' : 'value'}
          data-testid="value"
          data-quantity={quantity}
        >
          {valueText(quantity, state, formatValue)}
        </span>
        {state.value !== null && <span class="unit">{formatUnit(state.unit)}</span>}
        {doubtful && <span class="doubt">{t(`quality.${state.quality}`)}</span>}
      </span>
    </span>
  )
}

/** No value is a dash, never 0; what is so or not is told in words. */
export function valueText(
  key: string,
  { value, label }: Pick<QuantityState, 'value' | 'label'>,
  format: (value: number) => string,
): string {
  if (label !== undefined) return label
  if (value === null) return '–'
  const [id = key] = key.split('/')
  if (!isYesOrNo(id) || (value !== 0 && value !== 1)) return format(value)
  return t(
    id === 'switch' ? (value === 1 ? 'value.on' : 'value.off') : value === 1 ? 'value.yes' : 'value.no',
  )
}
