import assert from 'node:assert/strict'
import { describe, it, onTestFinished } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { postgresBin, startPostgres } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { startForeignBroker } from '../upstream/foreign-broker.ts'

interface Shown {
  id: string
  state: string
  clientId: string
  hasPassword: boolean
  reason: { code: string; detail: string } | null
  topics: { filter: string; granted: unknown; warning?: string }[]
  messages: number
  lastMessageAt: string | null
}

const PASSWORD = 'NNSXS.secret-of-somebody-else'
const MESSAGES = 3000
const FIRST_MS = Date.now() - 3_600_000

async function withGateway(platform: PlatformProcess): Promise<void> {
  await platform.addDevice('wm-1', { externalIds: ['M1'] })
  await platform.addDevice('gw-1', { type: 'sensor', role: 'gateway' })
  const mapping = await platform.api('POST', '/mappings', {
    id: 'plant',
    topic: 'plant/+/meters',
    expression: '{"device": "M1", "time": payload.t, "values": {"water-volume": payload.v}}',
  })
  assert.equal(mapping.status, 201, JSON.stringify(mapping.body))
}

const shown = async (platform: PlatformProcess): Promise<Shown | undefined> =>
  (await platform.api<{ items: Shown[] }>('GET', '/upstreams')).body.items[0]

const inState = (platform: PlatformProcess, state: string) =>
  until(`the upstream is ${state}`, async () => {
    const upstream = await shown(platform)
    return upstream?.state === state && upstream
  })

describe('an upstream of the whole platform', () => {
  it('is configured through the API, brings readings in, and never shows its password', async () => {
    const broker = await startForeignBroker({
      authenticate: (_client, name, password, done) =>
        name === 'app@ttn' && String(password) === PASSWORD
          ? done(null, true)
          : done(Object.assign(new Error('no'), { returnCode: 4 }) as never, false),
    })
    const platform = await startPlatformProcess()
    await withGateway(platform)
    const wanted = { id: 'ttn', url: broker.url, username: 'app@ttn', password: 'wrong', device: 'gw-1' }
    const topics = [{ filter: 'plant/#' }, { filter: 'other/#', qos: 0 }]
    for (const [body, status] of [
      [{ ...wanted, topics: [{ filter: 'devices/#' }] }, 400],
      [{ ...wanted, topics: [{ filter: '#' }] }, 400],
      [{ ...wanted, topics, url: 'http://example.org' }, 400],
      [{ ...wanted, topics, url: 'mqtt://a:b@example.org' }, 400],
      [{ ...wanted, topics, ca: 'no PEM' }, 400],
      [{ ...wanted, topics, device: 'wm-1' }, 404],
      [{ ...wanted, topics }, 201],
      [{ ...wanted, topics }, 409],
    ] as const) {
      const answer = await platform.api('POST', '/upstreams', body)
      assert.equal(answer.status, status, JSON.stringify([body, answer.body]))
    }
    const failing = await inState(platform, 'failing')
    assert.equal(failing.reason?.code, 'wrong_password')
    assert.match(failing.clientId, /^plumbline-ttn-/)
    const patched = await platform.api('PATCH', '/upstreams/ttn', { password: PASSWORD })
    assert.equal(patched.status, 200, JSON.stringify(patched.body))
    const connected = await inState(platform, 'connected')
    assert.equal(connected.clientId, failing.clientId)
    assert.deepEqual(
      connected.topics.map(({ granted, warning }) => [granted, warning !== undefined]),
      [
        [1, false],
        [0, true],
      ],
    )
    await broker.publish('plant/3/meters', { t: FIRST_MS, v: 12.5 })
    await until('the acknowledgement', () => broker.acknowledged.length === 1)
    const { body: entity } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/wm-1',
    )
    assert.equal(entity.quantities['water-volume']?.value, 12.5)
    const after = await shown(platform)
    assert.equal(after?.messages, 1)
    assert.ok(after.lastMessageAt)
    assert.equal(await platform.metric('plumbline_upstream_messages_total'), 1)
    assert.equal(await platform.metric('plumbline_upstream_connected'), 1)
    const said = JSON.stringify([platform.log, await platform.api('GET', '/upstreams'), patched])
    assert.ok(!said.includes(PASSWORD))
    assert.equal((await platform.api('DELETE', '/upstreams/ttn')).status, 204)
    await until('it has left', () => broker.clients().length === 0)
    assert.equal((await platform.api('DELETE', '/upstreams/ttn')).status, 404)
    assert.equal(await platform.metric('plumbline_upstream_connected'), 0)
  })

  it('loses nothing that it had acknowledged when it is killed, and stores once what comes again', async () => {
    const broker = await startForeignBroker()
    const first = await startPlatformProcess()
    await withGateway(first)
    await first.api('POST', '/upstreams', {
      id: 'plant',
      url: broker.url,
      device: 'gw-1',
      topics: [{ filter: 'plant/#' }],
    })
    await inState(first, 'connected')
    for (let n = 0; n < MESSAGES; n++) await broker.publish('plant/1/meters', { t: FIRST_MS + n, v: n })
    await until('some are acknowledged', () => broker.acknowledged.length > 100, 20_000, 1)
    await first.kill('SIGKILL')
    const before = new Set(broker.acknowledged).size
    assert.ok(before < MESSAGES, 'some were not acknowledged')
    const second = await startPlatformProcess({ DATA_DIR: first.dataFolder })
    await inState(second, 'connected')
    // Those acknowledged to the first do not come again: all are there only if none of them was lost.
    const values = async () => {
      const found: number[] = []
      for (let next = ''; ; ) {
        const query = `quantity=water-volume&resolution=raw&limit=1000${next && `&cursor=${next}`}`
        const { body } = await second.api<{ items: { value: number }[]; next?: string }>(
          'GET',
          `/entities/wm-1/observations?${query}&from=${new Date(FIRST_MS - 1).toISOString()}`,
        )
        found.push(...body.items.map(({ value }) => value))
        if (!body.next) return found
        next = body.next
      }
    }
    await until('all are stored', async () => (await values()).length >= MESSAGES, 60_000, 500)
    assert.deepEqual(
      (await values()).sort((a, b) => a - b),
      Array.from({ length: MESSAGES }, (_, n) => n),
    )
    assert.ok((await second.metric('plumbline_upstream_messages_total')) <= MESSAGES - before + 1000)
    // A clean end acknowledges what is committed: nothing comes a third time.
    const done = broker.acknowledged.length
    await until('all are acknowledged', () => new Set(broker.acknowledged).size === MESSAGES)
    assert.ok(broker.acknowledged.length >= done)
    assert.equal(await second.kill('SIGTERM'), 0)
  })

  it('leaves retained values without a time out, and takes those with one', async () => {
    const broker = await startForeignBroker()
    const platform = await startPlatformProcess()
    await withGateway(platform)
    await broker.publish('plant/1/meters', { v: 1 }, { retain: true })
    await broker.publish('plant/2/meters', { v: 2, t: FIRST_MS }, { retain: true })
    await platform.api('POST', '/upstreams', {
      id: 'plant',
      url: broker.url,
      device: 'gw-1',
      topics: [{ filter: 'plant/#' }],
      retained: 'take',
    })
    await until(
      'the one with a time is stored',
      async () => (await platform.metric('plumbline_observations_stored_total')) === 1,
    )
    await until('the other is not', async () => (await platform.metric('plumbline_ignored_total')) === 1)
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/wm-1',
    )
    assert.equal(body.quantities['water-volume']?.value, 2)
  })
})

describe.skipIf(postgresBin() === null)('while the database server is away, an upstream', () => {
  it('is acknowledged from the spool, and begins after a start without it once it is back', async () => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const settings = {
      DATA_DIR: freshDataFolder(),
      DATABASE_URL: await postgres.createDatabase('upstreams'),
      STORE_PLAIN: '1',
      SPOOL_AFTER_MS: '300',
    }
    const broker = await startForeignBroker()
    const first = await startPlatformProcess(settings)
    await withGateway(first)
    await first.api('POST', '/upstreams', {
      id: 'plant',
      url: broker.url,
      username: 'u',
      password: PASSWORD,
      device: 'gw-1',
      topics: [{ filter: 'plant/#' }],
    })
    await inState(first, 'connected')
    await postgres.end('SIGQUIT')
    await broker.publish('plant/1/meters', { t: FIRST_MS, v: 1 })
    await until('the acknowledgement', () => broker.acknowledged.length === 1)
    await first.kill('SIGKILL')
    await until('it has left', () => broker.clients().length === 0)
    await broker.publish('plant/1/meters', { t: FIRST_MS + 1, v: 2 })
    const second = await startPlatformProcess(settings)
    assert.deepEqual(broker.clients(), [])
    await postgres.start()
    await until(
      'both are stored',
      async () => (await second.metric('plumbline_observations_stored_total')) === 2,
    )
    const { hasPassword } = await inState(second, 'connected')
    assert.equal(hasPassword, true)
  })
})
