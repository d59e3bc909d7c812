import assert from 'node:assert/strict'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { startPlatformProcess } from '../support/platform-process.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { mqttBytes, RawMqtt } from '../support/raw-mqtt.ts'
import { residentBytes } from '../support/resident-bytes.ts'
import { until } from '../support/until.ts'

const CLIENTS = 24
const MEBIBYTE = 1_048_576

describe.skipIf(postgresBin() === null)('while the database is stalled and there is no spool', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it('no PUBACK is sent, memory stays bounded, HTTP says 503; then everything is acknowledged', async () => {
    const url = await postgres.createDatabase('stalled')
    const platform = await startPlatformProcess({
      DATABASE_URL: url,
      STORE_PLAIN: '1',
      PENDING_MEGABYTES_MAX: '1',
      // With one, test/system/spool.test.ts.
      SPOOL_MEGABYTES_MAX: '0',
    })
    const lock = new pg.Client(url)
    lock.on('error', () => {})
    await lock.connect()
    await lock.query('begin; lock table observation in access exclusive mode')
    const secrets = await Promise.all(
      Array.from({ length: CLIENTS }, (_, i) => platform.addDevice(`wm-${i}`)),
    )
    const clients = await Promise.all(
      secrets.map(async (secret, i) => {
        const raw = new RawMqtt(platform.mqttPort)
        await raw.signIn(`wm-${i}`, secret)
        return raw
      }),
    )
    // Far more than may be pending: what the platform does not read stays in the senders' sockets. One message a client is
    // read before its answer, and so many of this size pass the bound.
    const messagesEach = 40
    const base = Date.now()
    const filler = ' '.repeat(60_000)
    for (const [i, raw] of clients.entries())
      for (let n = 1; n <= messagesEach; n++)
        raw.socket.write(
          mqttBytes.publish(
            `devices/wm-${i}/readings`,
            `${JSON.stringify({ time: base - n, values: { 'water-volume': n } })}${filler}`,
            n,
          ),
        )
    await until(
      'the bound to be reached',
      async () => (await platform.metric('plumbline_pending_bytes')) >= MEBIBYTE,
    )
    const basic = Buffer.from(`wm-0:${secrets[0]}`).toString('base64')
    const post = await fetch(`${platform.http}/ingest/devices/wm-0/readings`, {
      method: 'POST',
      body: '{"values":{"water-volume":1}}',
      headers: { authorization: `Basic ${basic}` },
    })
    assert.equal(post.status, 503)
    assert.ok(Number(post.headers.get('retry-after')) > 0)
    const ready = await fetch(`${platform.http}/readyz`)
    assert.equal(ready.status, 503)
    const pending = await platform.metric('plumbline_pending_bytes')
    assert.ok(pending < 4 * MEBIBYTE, `${pending} bytes pending at a bound of 1 MiB`)
    assert.ok(residentBytes(platform.process.pid) < 600 * MEBIBYTE)
    assert.deepEqual(
      clients.map((raw) => raw.acknowledged.length),
      clients.map(() => 0),
    )
    await lock.query('rollback')
    await lock.end()
    await until(
      'all to be acknowledged',
      () => clients.every((raw) => raw.acknowledged.length === messagesEach),
      60_000,
    )
    assert.equal(await platform.metric('plumbline_observations_stored_total'), CLIENTS * messagesEach)
    assert.equal(await platform.metric('plumbline_pending_bytes'), 0)
  })
})
