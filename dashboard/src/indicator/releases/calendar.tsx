import { useSignal } from '@preact/signals'
import { attempt, errorText, useAsked } from '../../state/asked.ts'
import { nowMs } from '../../state/clock.ts'
import { formatDay } from '../../text/format.ts'
import { dayOf } from '../../text/province-time.ts'
import { post } from '../../wire/client.ts'
import { periodName } from '../codes.ts'
import { TableScroll } from '../table-scroll.tsx'
import { view } from '../view.ts'
import type { Planned } from './wire.ts'
import { w } from './words.ts'

/** When which figures are to be published: announced before, so that nobody chooses the day by the figure. */
export function Calendar({ mayPlan, version }: { mayPlan: boolean; version: number }) {
  const added = useSignal(0)
  const { body, error } = useAsked<{ items: readonly Planned[] }>(
    '/release-calendar',
    version + added.value,
  ).value
  const items = body?.items ?? []
  return (
    <section class="card release-card" aria-labelledby="calendar-title" data-testid="calendar">
      <h3 class="card-title" id="calendar-title">
        {w('calendar.title')}
      </h3>
      {error !== null && (
        <p class="error" role="alert">
          {w('failed', { detail: errorText(error) })}
        </p>
      )}
      {body !== null && items.length === 0 && <p class="muted">{w('calendar.none')}</p>}
      {items.length > 0 && <Table items={items} />}
      {mayPlan && <Announce added={() => added.value++} />}
    </section>
  )
}

function Table({ items }: { items: readonly Planned[] }) {
  return (
    <TableScroll label={w('calendar.title')}>
      <table class="figures calendar-list">
        <thead>
          <tr>
            {(['day', 'period', 'kind', 'state'] as const).map((column) => (
              <th scope="col" key={column}>
                {w(`calendar.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.period} ${item.kind} ${item.recordedAt}`} data-testid="planned">
              <th scope="row">
                {item.inForce ? day(item.plannedOn) : <s class="muted">{day(item.plannedOn)}</s>}
              </th>
              <td>{periodName(item.period)}</td>
              <td>{w(`kind.${item.kind}`)}</td>
              <td>{stateOf(item)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

const day = (date: string): string => formatDay(Date.parse(date))

function stateOf({ inForce, release, plannedOn }: Planned): string {
  if (!inForce) return w('calendar.moved')
  if (release !== null) return w('calendar.published', { id: release })
  return w(plannedOn < dayOf(nowMs.value) ? 'calendar.late' : 'calendar.waiting')
}

function Announce({ added }: { added(): void }) {
  const period = useSignal(view.value.period ?? '')
  const plannedOn = useSignal('')
  const fault = useSignal<string | null>(null)
  const announce = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = { period: period.value.trim(), plannedOn: plannedOn.value }
    fault.value = await attempt(() => post('/release-calendar', body))
    if (fault.value === null) added()
  }
  return (
    <form class="calendar-form" onSubmit={(event) => void announce(event)}>
      <label class="pick">
        <span>{w('calendar.period')}</span>
        <input
          class="input"
          required
          value={period.value}
          onInput={(event) => (period.value = event.currentTarget.value)}
          data-testid="calendar-period"
        />
      </label>
      <label class="pick">
        <span>{w('calendar.day')}</span>
        <input
          class="input"
          type="date"
          required
          value={plannedOn.value}
          onInput={(event) => (plannedOn.value = event.currentTarget.value)}
          data-testid="calendar-day"
        />
      </label>
      <button type="submit" class="button" data-testid="calendar-add">
        {w('calendar.add')}
      </button>
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </form>
  )
}
