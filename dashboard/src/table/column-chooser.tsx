import { useSignal } from '@preact/signals'
import { quantityName } from '../state/catalogue.ts'
import { matching } from '../state/listing.ts'
import { change, columns, sorting } from '../state/overview.ts'
import { COLUMNS_MAX } from '../state/view.ts'
import { formatCount } from '../text/format.ts'
import { w } from './words.ts'

/** Which quantities are columns of the table. */
export function ColumnChooser() {
  const isOpen = useSignal(false)
  return (
    <>
      <button type="button" class="chip" popovertarget="columns" data-testid="columns">
        {w('columns')}
        {columns.value.length > 0 && <b>{formatCount(columns.value.length)}</b>}
      </button>
      <div
        id="columns"
        class="card chooser"
        popover="auto"
        onToggle={(event) => (isOpen.value = event.newState === 'open')}
      >
        {/* To count who has which quantity is worth its time only while somebody looks. */}
        {isOpen.value && <Choices />}
      </div>
    </>
  )
}

function Choices() {
  const chosen = columns.value
  const known = keysOf()
  const keys = [...known.keys(), ...chosen.filter((key) => !known.has(key))]
  const choose = (next: readonly string[]): void => {
    const goesOn = next.includes(sorting.value.column) || !chosen.includes(sorting.value.column)
    change({ columns: next, ...(goesOn ? {} : { sorting: { column: 'badness', descending: false } }) })
  }
  return (
    <fieldset class="choices">
      <legend>{w('columnsTitle', { max: formatCount(COLUMNS_MAX) })}</legend>
      <button type="button" class="chip" disabled={chosen.length === 0} onClick={() => choose([])}>
        {w('columnsUsual')}
      </button>
      {keys.length === 0 && <p class="muted">{w('columnsNone')}</p>}
      {keys.map((key) => {
        const isOn = chosen.includes(key)
        return (
          <label class="choice" key={key}>
            <input
              type="checkbox"
              checked={isOn}
              disabled={!isOn && chosen.length >= COLUMNS_MAX}
              onChange={() => choose(isOn ? chosen.filter((one) => one !== key) : [...chosen, key])}
              data-testid={`column-${key}`}
            />
            {quantityName(key)} <span class="muted small">{formatCount(known.get(key) ?? 0)}</span>
          </label>
        )
      })}
      <button type="button" class="chip" popovertarget="columns" popovertargetaction="hide">
        {w('close')}
      </button>
    </fieldset>
  )
}

/** The quantities of those that are listed, and of how many; the most frequent first. */
function keysOf(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { quantities, derived } of matching.value.shown)
    for (const state of [quantities, derived])
      for (const key of Object.keys(state)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
