import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { attempt } from '../state/asked.ts'
import { fold } from '../text/fold.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import { get, post } from '../wire/client.ts'
import { ReplayOpen } from './replay-view.tsx'
import type { Device, Items } from './wire.ts'
import { w } from './words.ts'

interface Waiting {
  readonly gateway: string
  readonly source: string
  readonly lastAt: string
  readonly count: number
}

const GATEWAYS_MAX = 20
const DEVICES_MAX = 1000
const SHOWN_MAX = 50

/** Devices behind gateways that wait for somebody's word. */
export function WaitingDevices({ changed }: { changed: () => void }) {
  const waiting = useSignal<readonly Waiting[]>([])
  const approved = useSignal<readonly { readonly id: string; readonly gateway: string }[]>([])
  const fault = useSignal<string | null>(null)
  const look = async (): Promise<void> => {
    fault.value = await attempt(async () => {
      waiting.value = await listWaiting()
    })
  }
  useEffect(() => void look(), [])
  const approve = async ({ gateway, source }: Waiting): Promise<void> => {
    const id = idFor(gateway, source)
    fault.value = await attempt(() => post(`/gateways/${gateway}/children`, { id, source }))
    if (fault.value !== null) return
    approved.value = [...approved.value, { id, gateway }]
    await look()
    changed()
  }
  if (waiting.value.length === 0 && approved.value.length === 0 && fault.value === null) return null
  return (
    <section class="card pad" aria-label={w('held.title')} data-testid="held">
      <h2 class="card-title">{w('held.title')}</h2>
      <ul class="plain-list">
        {waiting.value.slice(0, SHOWN_MAX).map((one) => (
          <li
            class="row-form"
            key={`${one.gateway} ${one.source}`}
            data-testid="held-device"
            data-source={one.source}
          >
            <span>
              <b>{one.source}</b> {w('held.behind', { gateway: one.gateway })}{' '}
              <span class="muted small">
                {w('held.count', { count: formatCount(one.count) })} · {formatMoment(Date.parse(one.lastAt))}
              </span>
            </span>
            <button
              type="button"
              class="button button-main"
              onClick={() => void approve(one)}
              data-testid="approve"
            >
              {w('held.approve', { id: idFor(one.gateway, one.source) })}
            </button>
          </li>
        ))}
      </ul>
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
      {approved.value.map(({ id, gateway }) => (
        <div class="approved" key={id} data-testid="approved">
          <p class="good">{w('held.approved', { id })}</p>
          <ReplayOpen device={gateway} code="device_held" />
        </div>
      ))}
    </section>
  )
}

async function listWaiting(): Promise<Waiting[]> {
  const { items } = await get<Items<Device>>('/devices', { limit: DEVICES_MAX })
  const gateways = items
    .filter(
      ({ role, children, retiredAt }) =>
        role === 'gateway' && children?.mode === 'hold' && retiredAt === null,
    )
    .slice(0, GATEWAYS_MAX)
  const lists = await Promise.all(
    gateways.map(async ({ id }) => {
      const { items } = await get<Items<Omit<Waiting, 'gateway'>>>(`/gateways/${id}/waiting`)
      return items.map((one) => ({ ...one, gateway: id }))
    }),
  )
  return lists.flat()
}

/** As the platform names the devices that it makes by itself: <gateway>.<name>. */
function idFor(gateway: string, source: string): string {
  const name = fold(source)
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  return `${gateway}.${name || 'device'}`.slice(0, 64)
}
