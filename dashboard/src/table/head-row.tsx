import { quantityName } from '../state/catalogue.ts'
import type { Column } from '../state/listing.ts'
import { change, columns, sorting } from '../state/overview.ts'
import { t } from '../text/messages.ts'
import { w } from './words.ts'

type Sortable = readonly [of: Column, text: () => string]

/** A column may hold several things, one over the other; each can be sorted by. */
const COLUMNS: readonly { readonly cell: string; readonly holds: readonly Sortable[] }[] = [
  {
    cell: 'cell-state',
    holds: [
      ['badness', () => t('table.freshness')],
      ['session', () => t('table.session')],
    ],
  },
  {
    cell: 'cell-id',
    holds: [
      ['name', () => w('name')],
      ['type', () => t('table.type')],
      ['id', () => t('table.id')],
    ],
  },
  { cell: 'cell-area', holds: [['area', () => t('table.area')]] },
  { cell: 'cell-seen', holds: [['lastSeen', () => t('table.lastSeen')]] },
]

export function HeadRow() {
  return (
    <tr class="row-head" aria-rowindex={1}>
      {COLUMNS.map(({ cell, holds }) => (
        <th scope="col" class={`cell ${cell}`} aria-sort={sortOf(holds.map(([of]) => of))} key={cell}>
          {holds.map(([of, text]) => (
            <SortButton of={of} text={text()} key={of} />
          ))}
        </th>
      ))}
      <ValuesHead />
    </tr>
  )
}

function ValuesHead() {
  const chosen = columns.value
  if (chosen.length === 0)
    return (
      <th scope="col" class="cell cell-values">
        {t('table.values')}
      </th>
    )
  return (
    <th scope="col" class="cell cell-values cell-chosen" aria-sort={sortOf(chosen)}>
      <span class="values values-chosen" style={{ '--columns': chosen.length }}>
        {chosen.map((key) => (
          <SortButton of={key} text={quantityName(key)} key={key} />
        ))}
      </span>
    </th>
  )
}

function sortOf(held: readonly string[]): 'ascending' | 'descending' | 'none' {
  const { column, descending } = sorting.value
  if (!held.includes(column)) return 'none'
  return descending ? 'descending' : 'ascending'
}

function SortButton({ of, text }: { of: string; text: string }) {
  const { column, descending } = sorting.value
  const chosen = of === column
  return (
    <button
      type="button"
      class={chosen ? 'sort sort-chosen' : 'sort'}
      aria-pressed={chosen}
      title={text}
      onClick={() => change({ sorting: { column: of, descending: chosen && !descending } })}
      data-testid={`sort-${of}`}
    >
      <span class="sort-text">{text}</span>
      <span class="sort-arrow" aria-hidden="true">
        {chosen && (descending ? '▼' : '▲')}
      </span>
    </button>
  )
}
