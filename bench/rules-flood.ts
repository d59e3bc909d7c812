import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { rounded } from './figures.ts'
import { readMetrics } from './platform-metrics.ts'
import { call } from './rules-made.ts'
import type { Api } from './subject.ts'

export interface Flood {
  readonly raised: number
  readonly raisedMs: number
  readonly members: number
  readonly groupedMs: number
  readonly told: number
  /** From the rule until the receiver had the last one. */
  readonly toldMs: number
  readonly apiP50Ms: number
  readonly apiP99Ms: number
  readonly apiMaxMs: number
  readonly loopDelayMaxMs: number
}

const GIVE_UP_MS = 120_000
const QUIET_MS = 10_000
const PROBE_EVERY_MS = 50
const LOOK_EVERY_MS = 200

/** One rule that holds for every entity at once: how long until all alarms are there, grouped and told, and how the API fares. */
export async function measureFlood(api: Api, entities: number): Promise<Flood> {
  const receiver = await openReceiver()
  const seen = new SeenAlarms()
  const stopStream = await seen.read(api)
  await call(api, 'POST', '/notification-channels', { id: 'bench', name: 'bench', url: receiver.url })
  await readMetrics(api.url)
  const probe = startProbe(api)
  const startedAtMs = performance.now()
  await call(api, 'POST', '/alarm-rules', {
    ...{ id: 'bench-flood', nameVi: 'Ngập', nameEn: 'Flood', severity: 'high' },
    scope: { types: ['power-meter'] },
    condition: { kind: 'threshold', quantity: 'active-power', above: -1 },
  })
  const since = () => performance.now() - startedAtMs
  let loopDelayMaxMs = 0
  while (since() < GIVE_UP_MS) {
    await delay(LOOK_EVERY_MS)
    const metrics = await readMetrics(api.url)
    loopDelayMaxMs = Math.max(
      loopDelayMaxMs,
      (metrics.get('plumbline_nodejs_eventloop_lag_max_seconds') ?? 0) * 1000,
    )
    const isDone = seen.raised.size >= entities && receiver.told > 0
    if (isDone && performance.now() - Math.max(receiver.lastAtMs, seen.lastAtMs) > QUIET_MS) break
  }
  const latencies = await probe.stop()
  stopStream()
  await receiver.close()
  const at = (share: number) => rounded(latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN)
  return {
    raised: seen.raised.size,
    raisedMs: Math.round(seen.raisedAtMs - startedAtMs),
    members: seen.members.size,
    groupedMs: Math.round(seen.groupedAtMs - startedAtMs),
    told: receiver.told,
    toldMs: Math.round(receiver.lastAtMs - startedAtMs),
    ...{ apiP50Ms: at(0.5), apiP99Ms: at(0.99), apiMaxMs: at(1) },
    loopDelayMaxMs: rounded(loopDelayMaxMs),
  }
}

/** Who is told of alarms. */
async function openReceiver() {
  const state = { told: 0, lastAtMs: performance.now() }
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      state.told += 1
      state.lastAtMs = performance.now()
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  return Object.assign(state, { url: `http://127.0.0.1:${port}/`, close })
}

/** The alarms as a page that is open sees them. */
class SeenAlarms {
  readonly raised = new Set<number>()
  readonly members = new Set<number>()
  raisedAtMs = 0
  groupedAtMs = 0
  lastAtMs = 0

  async read(api: Api): Promise<() => void> {
    const controller = new AbortController()
    const answer = await fetch(`${api.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${api.token}` },
      signal: controller.signal,
    })
    void this.#follow(answer).catch(() => {})
    return () => controller.abort()
  }

  async #follow({ body }: Response): Promise<void> {
    if (!body) return
    let left = ''
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const events = (left + text).split('\n\n')
      left = events.pop() ?? ''
      for (const event of events) if (/^event: alarm$/m.test(event)) this.#take(event)
    }
  }

  #take(event: string): void {
    const { id, rule, group } = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '{}')
    if (rule !== 'bench-flood') return
    this.lastAtMs = performance.now()
    if (!this.raised.has(id)) this.raisedAtMs = this.lastAtMs
    this.raised.add(id)
    if (group !== null && !this.members.has(id)) this.groupedAtMs = this.lastAtMs
    if (group !== null) this.members.add(id)
  }
}

/** Asks for an entity again and again, as a page would; gives the sorted times. */
function startProbe(api: Api) {
  const latencies: number[] = []
  let isRunning = true
  const done = (async () => {
    while (isRunning) {
      const startedAtMs = performance.now()
      await (await call(api, 'GET', '/entities/bench-1')).arrayBuffer()
      latencies.push(performance.now() - startedAtMs)
      await delay(PROBE_EVERY_MS)
    }
  })()
  return {
    async stop() {
      isRunning = false
      await done
      return latencies.sort((a, b) => a - b)
    },
  }
}
