import { useSignal } from '@preact/signals'
import { areaName } from '../../state/catalogue.ts'
import { setQuery } from '../../state/route.ts'
import { formatCount, formatDecimal } from '../../text/format.ts'
import { translate } from '../../text/translate.ts'
import { statusName } from '../codes.ts'
import { cellText, view } from '../view.ts'
import { type Ranked, textOf } from '../wire.ts'
import { w } from './words.ts'

interface Props {
  readonly items: readonly Ranked[]
  readonly chosen: string | null
  choose(code: string): void
}

const COLUMNS = ['rank', 'name', 'value', 'parts', 'group', 'status'] as const
type Column = (typeof COLUMNS)[number]

const nameOf = ({ area, areaName: name }: Ranked): string => areaName(area, translate(textOf(name))) ?? area
const last = (value: number | null): number => value ?? Infinity

const ORDERS: Readonly<Record<Column, (a: Ranked, b: Ranked) => number>> = {
  rank: (a, b) => last(a.rank) - last(b.rank) || nameOf(a).localeCompare(nameOf(b), 'vi'),
  name: (a, b) => nameOf(a).localeCompare(nameOf(b), 'vi'),
  value: (a, b) => Number(a.perPerson ?? -1) - Number(b.perPerson ?? -1),
  parts: (a, b) => (a.connections ?? -1) - (b.connections ?? -1),
  group: (a, b) => last(a.quartile) - last(b.quartile),
  status: (a, b) => a.status.localeCompare(b.status),
}

/** Every commune with its figure. ↑ and ↓ go from one to the next. */
export function RankingTable({ items, chosen, choose }: Props) {
  const order = useSignal<{ readonly by: Column; readonly isDown: boolean }>({ by: 'rank', isDown: false })
  const { by, isDown } = order.value
  const sorted = items.toSorted(ORDERS[by])
  if (isDown) sorted.reverse()
  const sort = (column: Column): void => {
    order.value = { by: column, isDown: column === by ? !isDown : column === 'value' || column === 'parts' }
  }
  return (
    <section class="card ranks" aria-labelledby="ranks-title">
      <h3 class="card-title" id="ranks-title">
        {w('table.title')}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section class="ranks-scroll" tabIndex={0} aria-labelledby="ranks-title" onKeyDown={moveFocus}>
        <table class="figures" data-testid="ranking">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th
                  key={column}
                  scope="col"
                  class={`rank-${column}`}
                  aria-sort={column === by ? (isDown ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    class="sort"
                    onClick={() => sort(column)}
                    data-testid={`sort-${column}`}
                  >
                    {w(`col.${column}`)}
                    {column === by && (
                      <span class="sort-arrow" aria-hidden="true">
                        {isDown ? '▼' : '▲'}
                      </span>
                    )}
                  </button>
                </th>
              ))}
              <th scope="col">
                <span class="visually-hidden">{w('col.how')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((item) => (
              <Row key={item.area} item={item} isChosen={item.area === chosen} choose={choose} />
            ))}
          </tbody>
        </table>
        {items.length === 0 && <p class="muted">{w('table.none')}</p>}
      </section>
    </section>
  )
}

interface RowProps {
  readonly item: Ranked
  readonly isChosen: boolean
  choose(code: string): void
}

function Row({ item, isChosen, choose }: RowProps) {
  const name = nameOf(item)
  const { area, rank, perPerson, connections, population, group, status } = item
  return (
    <tr class={isChosen ? 'figure-row figure-chosen' : 'figure-row'} data-testid="rank-row" data-area={area}>
      <td class="right rank-rank">{rank ?? '–'}</td>
      <th scope="row">
        <button type="button" class="figure-name" aria-pressed={isChosen} onClick={() => choose(area)}>
          {name}
        </button>
      </th>
      <td class="right">
        {perPerson === null ? (
          <span class={status === 'Q' ? 'withheld' : 'muted'}>{status === 'Q' ? w('withheld') : '–'}</span>
        ) : (
          <b>{formatDecimal(perPerson)}</b>
        )}
      </td>
      <td class="right rank-parts">
        {count(connections)} / {count(population)}
      </td>
      <td class="rank-group">{group === null ? '–' : translate(textOf(group))}</td>
      <td class="rank-status">{statusName(status)}</td>
      <td>
        <button
          type="button"
          class="button figure-how"
          aria-label={w('how', { name })}
          onClick={() => setQuery({ how: cellText({ ...view.value, area }) })}
          data-testid="how"
        >
          ?
        </button>
      </td>
    </tr>
  )
}

const count = (value: number | null): string => (value === null ? '–' : formatCount(value))

function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const names = [...event.currentTarget.querySelectorAll<HTMLElement>('.figure-name')]
  const at = names.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  event.preventDefault()
  names[at + step]?.focus()
}
