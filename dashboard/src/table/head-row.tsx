import { type Column, sorting } from '../state/listing.ts'
import { type MessageKey, t } from '../text/messages.ts'

type Sortable = readonly [of: Column, text: MessageKey]

/** A column may hold two things, one over the other; each can be sorted by. */
const COLUMNS: readonly { readonly cell: string; readonly holds: readonly Sortable[] }[] = [
  {
    cell: 'cell-state',
    holds: [
      ['badness', 'table.freshness'],
      ['session', 'table.session'],
    ],
  },
  {
    cell: 'cell-id',
    holds: [
      ['id', 'table.id'],
      ['type', 'table.type'],
    ],
  },
  { cell: 'cell-area', holds: [['area', 'table.area']] },
  { cell: 'cell-seen', holds: [['lastSeen', 'table.lastSeen']] },
]

export function HeadRow() {
  const { column, descending } = sorting.value
  const direction = descending ? 'descending' : 'ascending'
  return (
    <tr class="row-head" aria-rowindex={1}>
      {COLUMNS.map(({ cell, holds }) => (
        <th
          scope="col"
          class={`cell ${cell}`}
          aria-sort={holds.some(([of]) => of === column) ? direction : 'none'}
          key={cell}
        >
          {holds.map(([of, text]) => (
            <SortButton of={of} text={text} key={of} />
          ))}
        </th>
      ))}
      <th scope="col" class="cell cell-values">
        {t('table.values')}
      </th>
    </tr>
  )
}

function SortButton({ of, text }: { of: Column; text: MessageKey }) {
  const { column, descending } = sorting.value
  const chosen = of === column
  const sort = (): void => {
    sorting.value = { column: of, descending: chosen && !descending }
  }
  return (
    <button type="button" class={chosen ? 'sort sort-chosen' : 'sort'} aria-pressed={chosen} onClick={sort}>
      {t(text)}
      <span class="sort-arrow" aria-hidden="true">
        {chosen && (descending ? '▼' : '▲')}
      </span>
    </button>
  )
}
