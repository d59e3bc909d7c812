import { mayWire, signedIn } from '../state/sign-in.ts'
import { formatAge, formatCount, formatMoment, formatValue } from '../text/format.ts'
import type { Rates, System } from '../wire/system.ts'
import { FactList, Fill } from './fact-list.tsx'
import { formatBytes, formatMs, formatRate } from './figures.ts'
import { Spark } from './spark.tsx'
import { w } from './words.ts'

const WINDOWS = ['s10', 'm1', 'm5'] as const
const FLOWS = ['messages', 'observations', 'acknowledged'] as const

export function IntakeCard({ system }: { readonly system: System }) {
  return (
    <>
      <table class="system-rates">
        <thead>
          <tr>
            <th scope="col">{w('rates.perSecond')}</th>
            {WINDOWS.map((window) => (
              <th scope="col" key={window}>
                {w(`rates.${window}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FLOWS.map((flow) => (
            <RateRow key={flow} name={w(`rates.${flow}`)} rates={system[flow]} />
          ))}
        </tbody>
      </table>
      <Spark name={w('rates.messages')} values={system.history.messages} format={formatRate} />
    </>
  )
}

function RateRow({ name, rates }: { readonly name: string; readonly rates: Rates }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {WINDOWS.map((window) => (
        <td key={window}>{formatRate(rates[window])}</td>
      ))}
    </tr>
  )
}

export function LagCard({
  system: { pending, commitMs, rulesWaiting, history },
}: {
  readonly system: System
}) {
  const none = w('lag.none')
  return (
    <>
      <FactList
        facts={[
          [w('lag.oldestNow'), pending.oldestS === 0 ? none : formatAge(pending.oldestS * 1000)],
          [w('lag.p50'), commitMs === null ? none : formatMs(commitMs.p50)],
          [w('lag.p95'), commitMs === null ? none : formatMs(commitMs.p95)],
          [w('lag.rulesWaiting'), formatCount(rulesWaiting)],
        ]}
      />
      <Spark
        name={w('lag.oldestNow')}
        values={history.oldestS}
        format={(seconds) => formatAge(seconds * 1000)}
      />
    </>
  )
}

export function QueueCard({ system: { pending, history } }: { readonly system: System }) {
  return (
    <>
      <FactList
        facts={[
          [w('queue.used'), formatBytes(pending.bytes)],
          [w('queue.max'), formatBytes(pending.bytesMax)],
        ]}
      />
      <Fill {...pending} />
      <Spark name={w('queue.used')} values={history.pendingBytes} format={formatBytes} />
    </>
  )
}

export function ConnectionsCard({ system: { sessions, refused, history } }: { readonly system: System }) {
  const who = signedIn.value
  const total = refused.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <FactList
        facts={[
          [w('connections.devices'), formatCount(sessions.devices)],
          [w('connections.streams'), formatCount(sessions.streams)],
          [w('connections.refusedTotal'), formatCount(total)],
        ]}
      />
      {total > 0 && who !== null && who !== 'asking' && mayWire(who) && (
        <a class="system-link" href="/wiring#/refused">
          {w('connections.link')}
        </a>
      )}
      <Spark name={w('connections.devices')} values={history.sessions} format={formatCount} />
    </>
  )
}

export function ProcessCard({ system: { process, history } }: { readonly system: System }) {
  return (
    <>
      <FactList
        facts={[
          [w('process.memory'), formatBytes(process.memoryBytes)],
          [w('process.heap'), formatBytes(process.heapBytes)],
          [w('process.loop'), `${formatValue(Math.round(process.eventLoopMs))} ms`],
          [w('process.uptime'), formatMoment(Date.parse(process.startedAt))],
          [w('process.version'), process.version],
        ]}
      />
      <Spark name={w('process.memory')} values={history.memoryBytes} format={formatBytes} />
    </>
  )
}
