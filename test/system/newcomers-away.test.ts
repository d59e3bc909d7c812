import assert from 'node:assert/strict'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const T0 = Date.now() - 3_600_000
const METERS =
  '$map(payload, function($m) { {"device": $m.name, "time": $m.time, "values": {"water-volume": $m.value}} })[]'
const meter = (name: string, n: number) => ({ name, time: T0 + n, value: n })

describe.skipIf(postgresBin() === null)(
  'a device that first speaks while the database server is away',
  () => {
    let postgres: Postgres
    beforeAll(async () => {
      postgres = await startPostgres()
    })
    afterAll(() => postgres.stop())

    async function start(name: string) {
      const url = await postgres.createDatabase(name)
      const settings = {
        DATA_DIR: freshDataFolder(),
        DATABASE_URL: url,
        STORE_PLAIN: '1',
        SPOOL_AFTER_MS: '300',
      }
      const platform = await startPlatformProcess(settings)
      const made = await platform.api<{ credentials: { password: string } }>('POST', '/devices', {
        id: 'gw',
        type: 'sensor',
        role: 'gateway',
      })
      await platform.api('POST', '/mappings', { id: 'meters', topic: 'plant/#', expression: METERS })
      return { platform, settings, url, secret: made.body.credentials.password }
    }

    async function stored(url: string): Promise<string[]> {
      const client = new pg.Client(url)
      await client.connect()
      const { rows } = await client.query(
        'select s.device_id, o.value from observation o join series s on s.id = o.series_id order by 1, 2',
      )
      await client.end()
      return rows.map(({ device_id, value }) => `${device_id} ${value}`)
    }

    const isEmptied = async (platform: PlatformProcess): Promise<boolean> => {
      const response = await fetch(`${platform.http}/readyz`)
      const { spool } = (await response.json()) as { spool: { messages: number } | null }
      return spool?.messages === 0
    }

    it('is acknowledged from the spool and made later, also after a start without the database', async () => {
      const { platform, settings, url, secret } = await start('newcomers')
      const client = await connectDevice(platform.mqttPort, 'gw', secret)
      await publish(client, 'plant/1', [meter('a', 1)])
      await postgres.end('SIGQUIT')
      await Promise.all([
        publish(client, 'plant/1', [meter('a', 2), meter('b', 3)]),
        publish(client, 'plant/1', [meter('b', 4)]),
      ])
      await platform.kill('SIGKILL')
      const second = await startPlatformProcess(settings)
      const again = await connectDevice(second.mqttPort, 'gw', secret)
      await publish(again, 'plant/1', [meter('b', 5), meter('c', 6)])
      await postgres.start()
      await until('the spool to be empty', () => isEmptied(second))
      assert.deepEqual(await stored(url), ['gw.a 1', 'gw.a 2', 'gw.b 3', 'gw.b 4', 'gw.b 5', 'gw.c 6'])
      assert.equal((await second.api('GET', '/devices/gw.c')).status, 200)
      await publish(again, 'plant/1', [meter('c', 7)])
      assert.ok((await stored(url)).includes('gw.c 7'))
    })

    it('is made once where batches that bring it are committed side by side', async () => {
      const { platform, url, secret } = await start('side_by_side')
      const clients = await Promise.all(
        [1, 2, 3, 4].map((n) => connectDevice(platform.mqttPort, 'gw', secret, { clientId: `gw:${n}` })),
      )
      const rows = (n: number) => Array.from({ length: 30 }, (_, i) => meter(`m${i}`, n))
      const late = { time: Date.now() - 40 * 86_400_000, value: 9, name: 'm0' }
      await Promise.all([
        ...clients.map((client, n) => publish(client, 'plant/1', rows(n))),
        // The backfill is a lane of its own.
        ...clients.map((client) => publish(client, 'plant/1', [late])),
      ])
      assert.equal((await stored(url)).length, 4 * 30 + 1)
      assert.equal(await platform.metric('plumbline_observations_rejected_total'), 0)
    })
  },
)
