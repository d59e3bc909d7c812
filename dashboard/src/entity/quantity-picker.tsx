import { quantityName } from '../state/catalogue.ts'
import { quantityOf } from './quantities.ts'
import { KEYS_MAX } from './view.ts'
import { w } from './words.ts'

interface Props {
  readonly drawable: readonly string[]
  readonly chosen: readonly string[]
  readonly choose: (keys: readonly string[]) => void
}

/** A quantity is shown with all its channels; the legend leaves out single ones. */
export function QuantityPicker({ drawable, chosen, choose }: Props) {
  const ids = [...new Set([...drawable, ...chosen].map(quantityOf))]
  const ofQuantity = (id: string): string[] => drawable.filter((key) => quantityOf(key) === id)
  const toggle = (id: string): void => {
    const others = chosen.filter((key) => quantityOf(key) !== id)
    choose(others.length < chosen.length ? others : [...others, ...ofQuantity(id)])
  }
  return (
    <fieldset class="quantity-picker" aria-label={w('curves.quantities')}>
      {ids.map((id) => {
        const isChosen = chosen.some((key) => quantityOf(key) === id)
        return (
          <button
            type="button"
            class={isChosen ? 'chip chip-on' : 'chip'}
            key={id}
            aria-pressed={isChosen}
            disabled={!isChosen && chosen.length + ofQuantity(id).length > KEYS_MAX}
            data-testid="choose-quantity"
            data-quantity={id}
            onClick={() => toggle(id)}
          >
            {quantityName(id)}
          </button>
        )
      })}
      {chosen.length >= KEYS_MAX && (
        <span class="muted small">{w('curves.most', { count: String(KEYS_MAX) })}</span>
      )}
    </fieldset>
  )
}
