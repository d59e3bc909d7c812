import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { freshnessOf } from '../../digital-twin/freshness.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

interface Shown {
  readonly id: string
  readonly area: string | null
  readonly session: string
  readonly lastSeen: string | null
  readonly intervalS: number
  readonly freshness: string
  readonly quantities: Record<string, { value: number; time: string; device: string }>
  readonly derived: Record<string, { value: number }>
}

let platform: PlatformProcess
let begun = 0

beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

const get = <T>(path: string) => platform.api<T>('GET', path)
const listAt = async (query: string) =>
  (await get<{ items: Shown[]; next?: string }>(`/entities?${query}`)).body

/** What the stream has shown of each entity so far. */
async function watch() {
  const { events } = await openStream(`${platform.http}/api/v1/stream`, ADMIN_TOKEN)
  return () =>
    new Map(
      events.flatMap(({ event, data }) => (event === 'twin' ? [[data.id, data] as [string, Shown]] : [])),
    )
}

const stripped = (document: Shown | undefined) => ({ ...document, revision: 0 })

/** Silence is looked for once a second: what is shown between is older than what is so. */
const isSettled = (shown: Shown | undefined): boolean =>
  !shown?.lastSeen ||
  shown.freshness === freshnessOf(Date.parse(shown.lastSeen) * 1000, shown.intervalS, Date.now() * 1000)

describe('the state at an instant', () => {
  it('is what the stream showed then, with neighbours, late data, silence and a disconnect', async () => {
    const shown = await watch()
    await platform.api('POST', '/entities', { id: 'dma', type: 'water-zone' })
    const secrets = new Map<string, string>()
    for (const [id, type] of [
      ['inlet-1', 'flow-meter'],
      ['inlet-2', 'flow-meter'],
      ['customer-1', 'water-meter'],
      ['customer-2', 'water-meter'],
      ['hasty', 'water-meter'],
    ] as const)
      secrets.set(id, await platform.addDevice(id, { type, ...(id === 'hasty' ? { intervalS: 1 } : {}) }))
    secrets.set('twin-of-1', await platform.addDevice('twin-of-1', { entity: 'customer-1' }))
    const clients = new Map(
      await Promise.all(
        [...secrets].map(
          async ([id, secret]) => [id, await connectDevice(platform.mqttPort, id, secret)] as const,
        ),
      ),
    )
    const send = (id: string, flow: number, more: object = {}) => {
      const client = clients.get(id)
      assert.ok(client)
      return publish(client, `devices/${id}/readings`, { values: { 'water-flow': flow }, ...more })
    }
    const join = (from: string, to: string) =>
      platform.api<{ id: number }>('POST', '/relations', { kind: 'feeds', from, to })
    const moments: { at: string; live: ReadonlyMap<string, Shown> }[] = []
    const moment = async (what: string, isSo: (now: ReadonlyMap<string, Shown>) => boolean) => {
      await until(what, () => isSo(shown()) && isSettled(shown().get('hasty')))
      const now = Date.now()
      moments.push({ at: new Date(now).toISOString(), live: shown() })
      await until('the moment to be past', () => Date.now() > now)
    }
    const loss = (now: ReadonlyMap<string, Shown>) => now.get('dma')?.derived['water-loss-flow']?.value
    const flow = (id: string) => (now: ReadonlyMap<string, Shown>) =>
      now.get(id)?.quantities['water-flow']?.value

    for (const [from, to] of [
      ['inlet-1', 'dma'],
      ['dma', 'customer-1'],
      ['dma', 'customer-2'],
    ] as const)
      await join(from, to)
    const begin = Date.now()
    begun = begin
    await send('inlet-1', 20)
    await send('customer-1', 5)
    await send('customer-2', 6)
    await send('hasty', 1)
    await moment('a loss of 9', (now) => loss(now) === 9)
    await moment('the hasty one to be late', (now) => now.get('hasty')?.freshness === 'late')
    // Late, and older than what is known: nothing changes. Late, and the newest of its device: all sees it from now on.
    await send('customer-1', 50, { time: begin - 60_000 })
    await send('inlet-2', 10, { time: begin - 30_000 })
    await moment('the late one', (now) => flow('inlet-2')(now) === 10)
    const { body: second } = await join('inlet-2', 'dma')
    await moment('a loss of 19', (now) => loss(now) === 19)
    // Of two devices at one time the smaller id stands.
    const time = Date.now()
    await send('twin-of-1', 8, { time })
    await moment('the other device', (now) => flow('customer-1')(now) === 8 && loss(now) === 16)
    await send('customer-1', 7, { time })
    await moment('the smaller id', (now) => flow('customer-1')(now) === 7 && loss(now) === 17)
    await clients.get('inlet-1')?.endAsync()
    await platform.api('DELETE', `/relations/${second.id}`)
    await platform.api('PATCH', '/devices/customer-1', { area: '24163' })
    await moment(
      'the relation away, the session over, the area another',
      (now) =>
        loss(now) === 7 &&
        now.get('inlet-1')?.session === 'disconnected' &&
        now.get('customer-1')?.area === '24163',
    )
    await moment('the hasty one to be silent', (now) => now.get('hasty')?.freshness === 'silent')
    // Nothing of after the last moment may show.
    await send('inlet-1', 99).catch(() => {})
    await send('customer-1', 98)

    const last = moments.at(-1)?.at
    await until(
      'the end of the session to be written, which is done in small batches',
      async () => (await get<Shown>(`/entities/inlet-1?at=${last}`)).body.session === 'disconnected',
    )

    for (const { at, live } of moments) {
      const all = new Map((await listAt(`at=${at}`)).items.map((document) => [document.id, document]))
      assert.deepEqual([...all.keys()].sort(), [...live.keys()].sort())
      for (const [id, document] of live) {
        assert.deepEqual(
          stripped((await get<Shown>(`/entities/${id}?at=${at}`)).body),
          stripped(document),
          `${id} at ${at}`,
        )
        assert.deepEqual(stripped(all.get(id)), stripped(document), `${id} of all at ${at}`)
      }
    }
    const silent = await listAt(`at=${last}&freshness=silent&type=water-meter`)
    assert.deepEqual(
      silent.items.map(({ id }) => id),
      ['hasty'],
    )
    assert.deepEqual((await listAt(`at=${moments[0]?.at}&area=24163`)).items, [])
    assert.deepEqual(
      (await listAt(`at=${last}&area=24163`)).items.map(({ id }) => id),
      ['customer-1'],
    )
  })

  it('of all is paged, and leaves out what was not there yet', async () => {
    for (const id of ['page-a', 'page-b', 'page-c'])
      await platform.api('POST', '/entities', { id, type: 'valve' })
    const now = Date.now()
    const at = new Date(now).toISOString()
    // An entity made in the same millisecond was there at that instant.
    await until('the instant to be past', () => Date.now() > now)
    await platform.api('POST', '/entities', { id: 'page-later', type: 'valve' })
    const early = await get<{ code: string }>(`/entities/page-later?at=${at}`)
    assert.deepEqual([early.status, early.body.code], [404, 'entity_not_found'])
    assert.equal((await get(`/entities/page-a?at=${at}`)).status, 200)
    const first = await listAt(`at=${at}&type=valve&limit=2`)
    assert.deepEqual(
      first.items.map(({ id }) => id),
      ['page-a', 'page-b'],
    )
    const second = await listAt(`at=${at}&type=valve&limit=2&cursor=${first.next}`)
    assert.deepEqual([second.items.map(({ id }) => id), second.next], [['page-c'], undefined])
    const gone = await get<{ code: string }>('/entities?at=2001-01-01T00:00:00Z')
    assert.deepEqual([gone.status, gone.body.code], [410, 'past_retention'])
  })
})

type Course = Record<string, [step: number, value: number | string | null][]>

interface Line {
  readonly kind: 'window' | 'alarm' | 'entity' | 'end'
  readonly id: string
  readonly freshness: [number, string][]
  readonly values: Course
  readonly derived: Course
  readonly steps: number
  readonly source: string
  readonly entities: number
  readonly detail?: string
}

async function replay(query: string): Promise<Line[]> {
  const response = await fetch(`${platform.http}/api/v1/replay?${query}`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  })
  return (await response.text())
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
}

const atStep = <T>(course: readonly [number, T][], step: number): T | undefined =>
  course.findLast(([from]) => from <= step)?.[1]

const valuesAt = (course: Course, step: number) =>
  Object.fromEntries(
    Object.entries(course).flatMap(([key, steps]) => {
      const value = atStep(steps, step)
      return value === undefined || value === null ? [] : [[key, value]]
    }),
  )

const valuesOf = (shown: Record<string, { value: number; label?: string }>) =>
  Object.fromEntries(Object.entries(shown).map(([key, { value, label }]) => [key, label ?? value]))

describe('a replay', () => {
  it('says of each step what is said of its instant', async () => {
    // Since before the first test changed the relations of its zone.
    const from = begun
    const secret = await platform.addDevice('replayed', { type: 'transformer', intervalS: 1 })
    const client = await connectDevice(platform.mqttPort, 'replayed', secret)
    const send = (values: object, more: object = {}) =>
      publish(client, 'devices/replayed/readings', { values, ...more })
    await send({ 'active-power': 30, 'reactive-power': 40, voltage: 230 })
    const quiet = async () => {
      const then = Date.now()
      await until('a step to pass', () => Date.now() > then + 1100)
    }
    await quiet()
    await send({ voltage: 231 }, { time: Date.now() - 3000 })
    await send({ 'active-power': 40 })
    await quiet()
    await quiet()
    const to = new Date().toISOString()
    const lines = await replay(`from=${new Date(from).toISOString()}&to=${to}&stepS=1`)
    assert.deepEqual([lines[0]?.kind, lines[0]?.source, lines.at(-1)?.kind], ['window', 'raw', 'end'])
    const courses = lines.filter(({ kind }) => kind === 'entity')
    assert.ok(courses.find(({ id }) => id === 'replayed')?.values['active-power']?.length === 2)
    assert.ok(courses.some(({ freshness }) => freshness.length > 1))
    // It was not there when the window began.
    assert.ok((courses.find(({ id }) => id === 'replayed')?.freshness[0]?.[0] ?? 0) > 0)
    for (let step = 0; step < (lines[0]?.steps ?? 0); step++) {
      const { items } = await listAt(`at=${new Date(from + step * 1000).toISOString()}`)
      for (const { id, freshness, quantities, derived } of items) {
        const course = courses.find((one) => one.id === id)
        assert.ok(course, id)
        const was = [freshness, valuesOf(quantities), valuesOf(derived)]
        const played = [
          atStep(course.freshness, step),
          valuesAt(course.values, step),
          valuesAt(course.derived, step),
        ]
        assert.deepEqual(played, was, `${id} in step ${step}`)
      }
    }
    const only = await replay(`from=${new Date(from).toISOString()}&to=${to}&stepS=1&type=transformer`)
    assert.deepEqual(
      only.flatMap(({ kind, id }) => (kind === 'entity' ? [id] : [])),
      ['replayed'],
    )
  })

  it('of a long window takes the last value of each minute', async () => {
    const secret = await platform.addDevice('long', { type: 'tank' })
    const client = await connectDevice(platform.mqttPort, 'long', secret)
    const hour = 3_600_000
    const from = Math.floor(Date.now() / hour - 8) * hour
    for (const [minutes, level] of [
      [30, 1],
      [90, 2],
      [90.5, 3],
      [200, 4],
    ] as const)
      await publish(client, 'devices/long/readings', {
        time: from + minutes * 60_000,
        values: { 'water-level': level },
      })
    const window = `from=${new Date(from).toISOString()}&to=${new Date(from + 7 * hour).toISOString()}`
    const [first, course] = await replay(`${window}&stepS=1800&entity=long`)
    assert.equal(first?.source, '1m')
    // What was received since the beginning is not of the state at the beginning.
    assert.deepEqual(course?.values['water-level'], [
      [2, 1],
      [4, 3],
      [7, 4],
    ])
    const hours = await replay(`${window}&stepS=3600&entity=long`)
    assert.equal(hours[0]?.source, '1h')
    assert.deepEqual(hours[1]?.values['water-level'], [
      [1, 1],
      [2, 3],
      [4, 4],
    ])
  })

  it('says what is too much, and what to do', async () => {
    const now = Date.now()
    const ago = (days: number) => new Date(now - days * 86_400_000).toISOString()
    for (const [query, says] of [
      [`from=${ago(32)}&stepS=3600`, /at most 31 days/],
      [`from=${ago(1)}&stepS=5`, /at least 60/],
      [`from=${ago(7)}&stepS=60`, /make stepS at least 303/],
      [`from=${ago(1)}&to=${ago(2)}`, /before to/],
    ] as const) {
      const { status, body } = await get<{ detail: string }>(`/replay?${query}`)
      assert.equal(status, 400)
      assert.match(body.detail, says)
    }
    assert.equal((await get(`/replay?from=${ago(1)}&stepS=600&entity=nobody`)).status, 404)
  })
})
