import { mayWire, signedIn } from '../state/sign-in.ts'
import { formatAge, formatCount, formatHourMinute, formatMoment } from '../text/format.ts'
import type { ChannelStatus, System, UpstreamStatus } from '../wire/system.ts'
import { codeText } from '../wiring/code-words.ts'
import { FactList, Fill } from './fact-list.tsx'
import { formatBytes, formatMs, formatRate } from './figures.ts'
import { Spark } from './spark.tsx'
import { StateMark } from './state-mark.tsx'
import { w } from './words.ts'

const REASONS_MAX = 5
const DAY_MS = 86_400_000

export function SpoolCard({ system: { spool, history } }: { readonly system: System }) {
  if (spool === null) return <p class="muted">{w('spool.off')}</p>
  const isDraining = spool.messages > 0 && !spool.isDatabaseAway
  return (
    <>
      <FactList
        facts={[
          [w('spool.messages'), `${formatCount(spool.messages)} · ${formatBytes(spool.bytes)}`],
          [w('queue.max'), formatBytes(spool.bytesMax)],
          [w('spool.oldest'), spool.messages === 0 ? w('lag.none') : formatAge(spool.oldestS * 1000)],
          [
            w('spool.drain'),
            isDraining
              ? w('spool.perSecond', { rate: formatRate(spool.drainPerSecond) })
              : w('spool.notDraining'),
          ],
        ]}
      />
      <Fill {...spool} />
      <Spark name={w('spool.messages')} values={history.spoolMessages} format={formatCount} />
    </>
  )
}

export function DatabaseCard({ system: { database, rollups, time } }: { readonly system: System }) {
  const { kind, bytes, answerMs } = database
  const none = w('lag.none')
  const moment = (text: string): string => {
    const at = Date.parse(text)
    return Date.parse(time) - at < DAY_MS ? formatHourMinute(at) : formatMoment(at)
  }
  return (
    <FactList
      facts={[
        [w('database.kind'), w(`database.${kind}`)],
        [w('database.answer'), answerMs === null ? none : formatMs(answerMs)],
        [w('database.size'), bytes === null ? none : formatBytes(bytes)],
        ...(rollups ?? []).map(
          ({ resolution, until }) =>
            [
              w('database.rollup', { resolution }),
              until === null ? w('database.none') : moment(until),
            ] as const,
        ),
      ]}
    />
  )
}

export function RejectionsCard({ system: { rejected, history } }: { readonly system: System }) {
  const who = signedIn.value
  if (rejected.length === 0) return <p class="muted">{w('rejections.none')}</p>
  return (
    <>
      <ul class="system-reasons">
        {rejected.slice(0, REASONS_MAX).map(({ code, count }) => (
          <li key={code} data-code={code}>
            <b>{formatCount(count)}</b> <span>{codeText(code)}</span>
          </li>
        ))}
      </ul>
      {rejected.length > REASONS_MAX && (
        <p class="muted small">
          {w('rejections.more', { count: formatCount(rejected.length - REASONS_MAX) })}
        </p>
      )}
      {who !== null && who !== 'asking' && mayWire(who) && (
        <a class="system-link" href="/wiring#/rejections">
          {w('rejections.link')}
        </a>
      )}
      <Spark name={w('card.rejections')} values={history.rejected} format={formatRate} />
    </>
  )
}

export function UpstreamsCard({ system: { upstreams } }: { readonly system: System }) {
  if (upstreams.length === 0) return <p class="muted">{w('upstreams.none')}</p>
  return (
    <ul class="system-list">
      {upstreams.map((upstream) => (
        <UpstreamLine key={upstream.id} upstream={upstream} />
      ))}
    </ul>
  )
}

const STATES = { connected: 'good', connecting: 'attention', failing: 'bad' } as const

function UpstreamLine({
  upstream: { id, state, fault, since, messages },
}: {
  readonly upstream: UpstreamStatus
}) {
  return (
    <li>
      <StateMark state={STATES[state]} />
      <span>
        <b>{id}</b> {w(`upstream.${state}`)}
        {fault !== null && ` (${fault})`}, {formatMoment(Date.parse(since))}
      </span>
      <span class="muted">{formatCount(messages)}</span>
    </li>
  )
}

export function ChannelsCard({ system: { channels } }: { readonly system: System }) {
  if (channels === null) return <p class="muted">{w('channels.unknown')}</p>
  if (channels.length === 0) return <p class="muted">{w('channels.none')}</p>
  return (
    <ul class="system-list">
      {channels.map((channel) => (
        <ChannelLine key={channel.id} channel={channel} />
      ))}
    </ul>
  )
}

function ChannelLine({ channel }: { readonly channel: ChannelStatus }) {
  const { name, kind, isEnabled, failing, givenUp, lastFault } = channel
  const state = !isEnabled ? 'good' : givenUp > 0 ? 'bad' : failing > 0 ? 'attention' : 'good'
  const told = [
    ...(isEnabled ? [] : [w('channel.off')]),
    ...(failing > 0 ? [w('channel.failing', { count: formatCount(failing) })] : []),
    ...(givenUp > 0 ? [w('channel.givenUp', { count: formatCount(givenUp) })] : []),
  ]
  return (
    <li>
      <StateMark state={state} />
      <span>
        <b>{name}</b> ({kind}) {told.length === 0 ? w('channel.fine') : told.join(', ')}
        {lastFault !== null && told.length > 0 && <span class="muted small"> · {lastFault}</span>}
      </span>
    </li>
  )
}
