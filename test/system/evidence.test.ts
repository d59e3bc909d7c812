import assert from 'node:assert/strict'
import { it } from 'vitest'
import { formatTime, localDate, microsNow } from '../../core/time.ts'
import { openStore } from '../../store/store.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'

const METERS =
  '$map(payload.meters, function($m) { {"device": $m.name, "time": $m.time, "values": {"water-volume": $m.m3}} })[]'

it('what is newly stored is evidence of its device and of who carried it; a repetition, a conflict, a join and a status are not', async () => {
  const platform = await startPlatformProcess()
  const made = await platform.api('POST', '/mappings', {
    id: 'meters',
    topic: 'plant/meters',
    expression: METERS,
  })
  assert.equal(made.status, 201)
  const gateways = ['carrier', 'repeater', 'contradictor', 'greeter']
  const clients = new Map<string, Awaited<ReturnType<typeof connectDevice>>>()
  for (const id of gateways) {
    const secret = await platform.addDevice(id, { type: 'sensor', role: 'gateway' })
    clients.set(id, await connectDevice(platform.mqttPort, id, secret))
  }
  const send = async (gateway: string, topic: string, payload: unknown) => {
    const client = clients.get(gateway)
    assert.ok(client)
    await publish(client, topic, payload)
  }
  await platform.addDevice('meter', { gateways })
  await platform.addDevice('joiner', { gateways, externalIds: ['0101010101010101'] })
  const now = microsNow()
  const yesterday = now - 86_400_000_000
  const reading = (m3: number, time = now) => ({ meters: [{ name: 'meter', time: formatTime(time), m3 }] })
  await send('carrier', 'plant/meters', reading(1))
  await send('repeater', 'plant/meters', reading(1))
  await send('contradictor', 'plant/meters', reading(2))
  const join = { deviceInfo: { devEui: '0101010101010101' }, devAddr: '00189440', time: formatTime(now) }
  await send('greeter', 'application/1/device/0101010101010101/event/join', join)
  await send('greeter', 'devices/greeter/status', { online: true })
  // A day of its own, by the time of the event.
  await send('carrier', 'plant/meters', reading(0.5, yesterday))
  assert.equal(await platform.metric('plumbline_observations_stored_total'), 2)
  await platform.kill('SIGTERM')
  const { db } = await openStore(
    { databaseUrl: undefined, dataDir: platform.dataFolder, plain: false },
    silent,
    () => {},
  )
  const { rows } = await db.query<{ device: string; date: string }>({
    text: 'select device_id as device, local_date as date from activity_day order by 1, 2',
  })
  await db.close()
  const days = [localDate(yesterday), localDate(now)]
  assert.deepEqual(
    rows.map(({ device, date }) => [device, date]),
    ['carrier', 'meter'].flatMap((device) => days.map((day) => [device, day])),
  )
})
