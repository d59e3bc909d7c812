import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../state/asked.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import { TextField } from './fields.tsx'
import { reasonText } from './reason-words.ts'
import type { Items, RefusedConnection } from './wire.ts'
import { w } from './words.ts'

const REFRESH_MS = 5_000
const SHOWN_MAX = 200
const NEAR_MAX = 3
/** A refusal from before is no explanation of why nothing comes now. */
const RECENT_MS = 15 * 60_000

/** Who was turned away at the door, and why. */
export function RefusedTab() {
  const search = useSignal('')
  const { body, error } = useAsked<Items<RefusedConnection>>(
    `/refused-connections?limit=${SHOWN_MAX}`,
    0,
    REFRESH_MS,
  ).value
  const wanted = search.value.trim().toLowerCase()
  const shown = (body?.items ?? []).filter((one) =>
    `${one.address} ${one.username} ${one.clientId} ${one.device ?? ''} ${one.reason}`
      .toLowerCase()
      .includes(wanted),
  )
  return (
    <section class="card pad" aria-label={w('tab.refused')} data-testid="refused">
      <h2 class="card-title">{w('tab.refused')}</h2>
      {error?.status === 404 ? (
        <p class="notice" data-testid="refused-missing">
          {w('refused.missing')}
        </p>
      ) : (
        <>
          {error !== null && <p class="error">{errorText(error)}</p>}
          <TextField
            label={w('refused.search')}
            value={search.value}
            set={(text) => {
              search.value = text
            }}
            testId="refused-search"
          />
          {body !== null && shown.length === 0 && <p class="notice">{w('refused.none')}</p>}
          <ol class="messages">
            {shown.slice(0, SHOWN_MAX).map((one) => (
              <RefusedItem key={`${one.firstAt} ${one.address} ${one.clientId} ${one.reason}`} one={one} />
            ))}
          </ol>
        </>
      )}
    </section>
  )
}

/** The same of one device, beside its messages: why nothing comes. What was heard since is the better news. */
export function RefusedOf({ device, heardAt }: { device: string; heardAt: string | null }) {
  const { body } = useAsked<Items<RefusedConnection>>(
    `/refused-connections?limit=${SHOWN_MAX}`,
    device,
    REFRESH_MS,
  ).value
  const since = heardAt === null ? Date.now() - RECENT_MS : Date.parse(heardAt)
  const near = (body?.items ?? [])
    .filter(
      (one) =>
        (one.device === device ||
          one.username === device ||
          one.clientId === device ||
          one.clientId.startsWith(`${device}:`)) &&
        Date.parse(one.lastAt) > since,
    )
    .slice(0, NEAR_MAX)
  if (near.length === 0) return null
  return (
    <div class="refused-near" role="status" data-testid="refused-near">
      <p>
        <b>{w('refused.near')}</b>
      </p>
      <ol class="messages">
        {near.map((one) => (
          <RefusedItem key={`${one.firstAt} ${one.address} ${one.clientId} ${one.reason}`} one={one} />
        ))}
      </ol>
    </div>
  )
}

function RefusedItem({ one }: { one: RefusedConnection }) {
  const { address, port, username, clientId, count, reason } = one
  const advice = one.detail ?? one.advice
  const words = reasonText(reason)
  return (
    <li class="message message-bad" data-testid="refused-item" data-reason={reason}>
      <p class="message-head">
        <b>{formatMoment(Date.parse(one.lastAt))}</b>
        <code>{address}</code>
        <span class="muted">
          {String(port)} · {w('refused.user')} <code>{username || '–'}</code> · client id{' '}
          <code>{clientId || '–'}</code>
          {count > 1 && ` · ${w('rejections.times', { count: formatCount(count) })}`}
        </span>
      </p>
      <p class="verdict-bad refused-reason">{words ?? reason}</p>
      {/* The platform's own words are English; they are for reasons that this page has none for. */}
      {words === null && advice !== undefined && <p class="small muted">{advice}</p>}
    </li>
  )
}
