import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { nameOf, quantities } from '../state/catalogue.ts'
import { fold } from '../text/fold.ts'
import { formatUnit } from '../text/units.ts'
import type { Quantity } from '../wire/catalogue.ts'
import { w } from './words.ts'

const SHOWN_MAX = 8

interface Props {
  /** What is searched first: the device's own word for it. */
  readonly start: string
  readonly value: string
  readonly choose: (quantity: Quantity) => void
}

/** Searches quantities by id and by their names in both languages; arrow keys and Enter choose. */
export function QuantityPicker({ start, value, choose }: Props) {
  const search = useSignal(start)
  const at = useSignal(0)
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])
  const found = matching(search.value)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) at.value = Math.max(0, Math.min(found.length - 1, at.value + step))
    const chosen = event.key === 'Enter' ? found[at.value] : undefined
    if (chosen) choose(chosen)
    if (step !== 0 || event.key === 'Enter') event.preventDefault()
  }
  return (
    <div class="picker">
      <input
        ref={input}
        class="input"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[at.value] && `${listId}-${at.value}`}
        aria-label={w('mapper.quantity')}
        placeholder={w('mapper.search')}
        value={search.value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          search.value = event.currentTarget.value
          at.value = 0
        }}
        onKeyDown={onKeyDown}
        data-testid="quantity-search"
      />
      <div class="picker-list" id={listId} role="listbox" aria-label={w('mapper.quantity')}>
        {found.map((quantity, i) => (
          <div
            key={quantity.id}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={quantity.id === value}
            class={i === at.value ? 'picker-item picker-at' : 'picker-item'}
            onClick={() => choose(quantity)}
            onKeyDown={onKeyDown}
            data-quantity={quantity.id}
          >
            {nameOf(quantity)} <code>{quantity.id}</code>
            <span class="muted">{formatUnit(quantity.unit)}</span>
          </div>
        ))}
        {found.length === 0 && <p class="muted small">{w('mapper.noQuantity')}</p>}
      </div>
    </div>
  )
}

/** Every word must be found; if none has all, those that share the beginning of a word, so that "temp_out" finds temperature. */
function matching(search: string): Quantity[] {
  const all = [...quantities.value.values()]
  const words = fold(search)
    .split(/[^a-z0-9.]+/)
    .filter(Boolean)
  const textOf = ({ id, nameVi, nameEn }: Quantity): string => fold(`${id} ${nameVi} ${nameEn ?? ''}`)
  const whole = all.filter((quantity) => words.every((word) => textOf(quantity).includes(word)))
  if (whole.length > 0) return nearestFirst(whole, words)
  const partly = all.filter((quantity) =>
    words.some((word) => word.length > 1 && textOf(quantity).includes(word.slice(0, 4))),
  )
  return nearestFirst(partly, words)
}

/** Those that begin with what was typed, then the shortest: "temp" is rather temperature than water-temperature. */
function nearestFirst(found: readonly Quantity[], [first = '']: readonly string[]): Quantity[] {
  const rank = ({ id, nameVi, nameEn }: Quantity): number => {
    const begins = [id, nameVi, nameEn ?? ''].some((text) => fold(text).startsWith(first.slice(0, 4)))
    return (begins ? 0 : 1_000) + id.length
  }
  return [...found].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN_MAX)
}
