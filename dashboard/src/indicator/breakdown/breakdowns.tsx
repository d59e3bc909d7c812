import { errorText, useAsked } from '../../state/asked.ts'
import { setQuery } from '../../state/route.ts'
import { formatCount, formatDecimal } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import { codeName, type Dimension, statusName } from '../codes.ts'
import { TableScroll } from '../table-scroll.tsx'
import { cellText, queryOf, TOTAL, view } from '../view.ts'
import type { Figure } from '../wire.ts'
import { w } from './words.ts'
import './breakdown.css'

const BY = ['access', 'class', 'domain'] as const
const GATEWAY = 'GATEWAY'

/** What the figure is made of, three ways. */
export function Breakdowns() {
  return (
    <div class="breakdowns" data-testid="breakdowns">
      {BY.map((dimension) => (
        <Breakdown key={dimension} dimension={dimension} />
      ))}
    </div>
  )
}

function Breakdown({ dimension }: { dimension: Dimension }) {
  const { body, error } = useAsked<{ items: readonly Figure[] }>(
    `/indicators/iot-per-capita?${queryOf(view.value, { breakdown: dimension, [dimension]: null })}`,
  ).value
  const items = (body?.items ?? []).filter((item) => item[dimension] !== TOTAL)
  return (
    <section
      class="card breakdown"
      aria-labelledby={`breakdown-${dimension}`}
      data-testid={`breakdown-${dimension}`}
    >
      <h3 class="card-title" id={`breakdown-${dimension}`}>
        {w(`title.${dimension}`)}
      </h3>
      {error !== null && (
        <p class="error" role="alert">
          {w('failed', { detail: errorText(error) })}
        </p>
      )}
      {body === null && error === null && <p class="muted">{t('app.loading')}</p>}
      {body !== null && items.length === 0 && <p class="muted">{w('none')}</p>}
      {items.length > 0 && <Table dimension={dimension} items={items} />}
      {items.some(({ status }) => status === 'Q') && <p class="muted small">{w('withheld.why')}</p>}
      {items.some((item) => item[dimension] === GATEWAY) && <p class="muted small">{w('gateways')}</p>}
    </section>
  )
}

function Table({ dimension, items }: { dimension: Dimension; items: readonly Figure[] }) {
  const counted = items.filter((item) => item[dimension] !== GATEWAY).map(({ connections }) => connections)
  // With a withheld cell among them the whole is not the sum of what is shown.
  const whole = counted.includes(null) ? null : counted.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  const most = Math.max(1, ...items.map(({ connections }) => connections ?? 0))
  return (
    <TableScroll label={w(`title.${dimension}`)}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{w('col.name')}</th>
            <th scope="col" class="right">
              {w('col.connections')}
            </th>
            <th scope="col" class="right">
              {w('col.share')}
            </th>
            <th scope="col" class="right">
              {w('col.value')}
            </th>
            <th scope="col">{w('col.status')}</th>
            <th scope="col" aria-label={w('how', { name: '' })} />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item[dimension]} dimension={dimension} item={item} whole={whole} most={most} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

/** Of what is withheld, by which rule it is. */
function standing({ status, confStatus }: Figure): string {
  if (status !== 'Q') return statusName(status)
  return w(confStatus === 'D' ? 'withheld.D' : 'withheld.C')
}

interface RowProps {
  readonly dimension: Dimension
  readonly item: Figure
  /** Null: not known, for a part is withheld. */
  readonly whole: number | null
  readonly most: number
}

function Row({ dimension, item, whole, most }: RowProps) {
  const { connections, perPerson, status } = item
  const code = item[dimension]
  const name = codeName(dimension, code)
  const share = code === GATEWAY || !whole || connections === null ? null : (100 * connections) / whole
  return (
    <tr data-testid="breakdown-row" data-code={code}>
      <th scope="row">
        <span class="breakdown-name">{name}</span>
        {status === 'Q' ? (
          <span class="breakdown-bar breakdown-withheld" />
        ) : (
          <span class="breakdown-bar" style={{ width: `${(100 * (connections ?? 0)) / most}%` }} />
        )}
      </th>
      <td class="right">
        {status === 'Q' ? (
          <span class="withheld">{w('withheld')}</span>
        ) : (
          <b>{connections === null ? '–' : formatCount(connections)}</b>
        )}
      </td>
      <td class="right">{share === null ? '–' : `${formatDecimal(share.toFixed(1))} %`}</td>
      <td class="right">{perPerson === null ? '–' : formatDecimal(perPerson)}</td>
      <td class="breakdown-status">{standing(item)}</td>
      <td>
        <button
          type="button"
          class="button figure-how"
          aria-label={w('how', { name })}
          onClick={() => setQuery({ how: cellText({ ...view.value, [dimension]: code }) })}
          data-testid="how"
        >
          ?
        </button>
      </td>
    </tr>
  )
}
