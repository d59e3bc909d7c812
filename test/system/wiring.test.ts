import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

interface Shown {
  id: string
  externalIds: string[]
  gateways: string[]
  unclaimed: boolean
  area: string | null
  type: string
}
interface Tailed {
  items: { topic: string; format: string; verdict: string; stored: number; readings: { device: string }[] }[]
}

const METERS =
  '$map(payload.meters, function($m) { {"device": $m.name, "values": {"water-volume": {"value": $m.litres, "unit": "L"}}} })[]'

const make = async (body: object): Promise<string> => {
  const answer = await platform.api<{ credentials: { password: string } }>('POST', '/devices', body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.credentials.password
}

const volumeOf = async (entity: string): Promise<number | undefined> => {
  const { body } = await platform.api<{ quantities?: Record<string, { value: number }> }>(
    'GET',
    `/entities/${entity}`,
  )
  return body.quantities?.['water-volume']?.value
}

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

describe('a gateway', () => {
  it('speaks for its devices: those registered by their name, and those it brings', async () => {
    const secret = await make({
      id: 'gw-1',
      type: 'sensor',
      role: 'gateway',
      area: '24133',
      children: { mode: 'create', type: 'water-meter' },
    })
    await make({ id: 'wm-7', type: 'water-meter', externalIds: ['Meter-7'] })
    const mapping = await platform.api('POST', '/mappings', {
      id: 'meters',
      topic: 'plant/+/meters',
      expression: METERS,
    })
    assert.equal(mapping.status, 201, JSON.stringify(mapping.body))
    const client = await connectDevice(platform.mqttPort, 'gw-1', secret, { clientId: 'whatever-it-likes' })
    const payload = {
      meters: [
        { name: 'METER-7', litres: 7000 },
        { name: 'Hồ Đắk Min', litres: 1500 },
      ],
    }
    await publish(client, 'plant/3/meters', payload)
    assert.equal(await volumeOf('wm-7'), 7)
    assert.equal(await volumeOf('gw-1.ho-dak-min'), 1.5)
    const { body: child } = await platform.api<Shown>('GET', '/devices/gw-1.ho-dak-min')
    assert.deepEqual(
      [child.externalIds, child.gateways, child.unclaimed, child.area, child.type],
      [['Hồ Đắk Min'], ['gw-1'], true, '24133', 'water-meter'],
    )
    await until('the binding is stored', async () => {
      const { body } = await platform.api<Shown>('GET', '/devices/wm-7')
      return body.gateways[0] === 'gw-1'
    })
    const { body: tail } = await platform.api<Tailed>('GET', '/devices/wm-7/messages')
    assert.equal(tail.items[0]?.format, 'mapping')
    assert.match(tail.items[0]?.verdict ?? '', /2 readings stored/)
    // The gateway and both devices are active that day.
    const other = await make({ id: 'gw-2', type: 'sensor', role: 'gateway' })
    const second = await connectDevice(platform.mqttPort, 'gw-2', other)
    await publish(second, 'plant/4/meters', { meters: [{ name: 'meter-7', litres: 9000 }] })
    assert.equal(await volumeOf('wm-7'), 7, 'another gateway may not speak for a bound device')
    const { body: rejections } = await platform.api<{ items: { code: string; detail: string }[] }>(
      'GET',
      '/rejections?device=gw-2',
    )
    assert.equal(rejections.items[0]?.code, 'source_not_allowed')
  })

  it('may be made out of a device that was registered without the role, and back while nobody needs it', async () => {
    await make({ id: 'late', type: 'sensor' })
    const changed = async (body: object) => {
      const answer = await platform.api<{ role?: string; code?: string; detail?: string }>(
        'PATCH',
        '/devices/late',
        body,
      )
      return answer.body.role ?? `${answer.body.code}: ${answer.body.detail}`
    }
    assert.equal(await changed({ role: 'gateway' }), 'gateway')
    await make({ id: 'behind-late', type: 'sensor', gateways: ['late'] })
    assert.match(await changed({ role: 'end-device' }), /^gateway_in_use/)
    await platform.api('PATCH', '/devices/behind-late', { gateways: [] })
    assert.equal(await changed({ role: 'end-device' }), 'end-device')
    assert.match(await changed({ type: 'water-meter' }), /^not_valid: .*type/)
  })

  it('of The Things Stack has the bytes decoded of a sensor that is known by its DevEUI alone', async () => {
    const secret = await make({ id: 'tts', type: 'sensor', role: 'gateway' })
    const decoder = 'function decodeUplink(input) { return { data: { litres: input.bytes[0] } } }'
    await platform.api('POST', '/profiles', {
      ...{ id: 'litres', entityType: 'water-meter', decoder },
      fields: { litres: { quantity: 'water-volume', unit: 'L' } },
    })
    await make({ id: 'wm-tts', profile: 'litres', externalIds: ['70B3D57ED0004321'], area: '24133' })
    const uplink = {
      end_device_ids: { device_id: 'my-meter', dev_eui: '70B3D57ED0004321' },
      uplink_message: { f_port: 1, frm_payload: 'Cg==' },
    }
    const answer = await fetch(`${platform.http}/ingest/v3/pilot/devices/my-meter/up`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`tts:${secret}`)}` },
      body: JSON.stringify(uplink),
    })
    assert.equal(answer.status, 204)
    assert.equal(await volumeOf('wm-tts'), 0.01)
  })

  it('holds what nobody has approved, and takes it in by replay', async () => {
    const secret = await make({
      id: 'gw-h',
      type: 'sensor',
      role: 'gateway',
      children: { mode: 'hold', type: 'water-meter' },
    })
    await platform.api('POST', '/mappings', { id: 'held-meters', topic: 'hold/#', expression: METERS })
    const client = await connectDevice(platform.mqttPort, 'gw-h', secret)
    await publish(client, 'hold/3/meters', { meters: [{ name: 'M1', litres: 1000 }] })
    const { body: waiting } = await platform.api<{ items: { source: string; count: number }[] }>(
      'GET',
      '/gateways/gw-h/waiting',
    )
    assert.deepEqual(
      waiting.items.map(({ source, count }) => [source, count]),
      [['M1', 1]],
    )
    const approved = await platform.api('POST', '/gateways/gw-h/children', { source: 'M1', id: 'wm-h' })
    assert.equal(approved.status, 201, JSON.stringify(approved.body))
    const { body: held } = await platform.api<{ items: { id: number; code: string }[] }>(
      'GET',
      '/rejections?code=device_held&device=gw-h',
    )
    const replayed = await platform.api<{ stored: number }>('POST', `/rejections/${held.items[0]?.id}/replay`)
    assert.equal(replayed.body.stored, 1)
    assert.equal(await volumeOf('wm-h'), 1)
    const { body: after } = await platform.api<{ items: unknown[] }>('GET', '/gateways/gw-h/waiting')
    assert.deepEqual(after.items, [])
  })

  it('hears on native topics nobody but the platform, and no end device publishes what nothing reads', async () => {
    const one = await connectDevice(
      platform.mqttPort,
      'gw-n1',
      await make({ id: 'gw-n1', type: 'sensor', role: 'gateway' }),
    )
    const two = await connectDevice(
      platform.mqttPort,
      'gw-n2',
      await make({ id: 'gw-n2', type: 'sensor', role: 'gateway' }),
    )
    const heard: string[] = []
    two.on('message', (topic) => heard.push(topic))
    const [granted] = await two.subscribeAsync('native/#', { qos: 1 })
    assert.equal(granted?.qos, 1)
    for (const filter of ['#', '+/#', '$SYS/#', '$native', 'devices/gw-n1/#', 'twins/#', 'alarms/#'])
      await assert.rejects(() => two.subscribeAsync(filter, { qos: 1 }), filter)
    await publish(one, 'native/1', '{}')
    await publish(two, 'native/2', '{}')
    assert.deepEqual(heard, [])
    await make({ id: 'wm-n', type: 'water-meter' })
    const forbidden = await fetch(`${platform.http}/ingest/native/1`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('wm-n:x').toString('base64')}` },
      body: '{}',
    })
    assert.equal(forbidden.status, 401)
  })
})

describe('a profile', () => {
  const DECODER = `function decodeUplink(input) {
    return { data: { litres: (input.bytes[0] << 8) | input.bytes[1], odd: input.fPort } }
  }`

  it('is saved only with a decoder that gives what its examples say', async () => {
    const profile = {
      id: 'meter',
      entityType: 'water-meter',
      decoder: DECODER,
      fields: { litres: { quantity: 'water-volume', unit: 'L' } },
      decoderExamples: [{ name: 'a frame', fPort: 2, bytes: '03e8', data: { litres: 1000, odd: 2 } }],
    }
    const wrong = await platform.api<{ code: string; detail: string }>('POST', '/profiles', {
      ...profile,
      decoderExamples: [{ name: 'a frame', fPort: 2, bytes: '03e8', data: { litres: 1 } }],
    })
    assert.equal(wrong.body.code, 'decoder_examples_failed')
    assert.match(wrong.body.detail, /a frame: gives \{"litres":1000,"odd":2\}/)
    const syntax = await platform.api<{ code: string }>('POST', '/profiles', {
      ...profile,
      decoder: 'function (',
    })
    assert.equal(syntax.body.code, 'decoder_fault')
    const near = await platform.api<{ detail: string }>('POST', '/profiles', {
      ...profile,
      fields: { litres: { quantity: 'water-volume', unit: 'l/h' } },
    })
    assert.match(near.body.detail, /water-volume does not take "l\/h"/)
    const right = await platform.api('POST', '/profiles', profile)
    assert.equal(right.status, 201, JSON.stringify(right.body))
    const gone = await platform.api('DELETE', '/profiles/meter')
    assert.equal(gone.status, 204)
  })
})

describe('credentials', () => {
  it('overlap when they are renewed so, and end at once when they are revoked', async () => {
    const old = await make({ id: 'wm-c', type: 'water-meter' })
    const renewed = await platform.api<{ credentials: { password: string } }>(
      'POST',
      '/devices/wm-c/credentials',
      { overlapS: 600 },
    )
    const fresh = renewed.body.credentials.password
    const before = await connectDevice(platform.mqttPort, 'wm-c', old, { clientId: 'wm-c:old' })
    const after = await connectDevice(platform.mqttPort, 'wm-c', fresh, { clientId: 'wm-c:new' })
    const closed = Promise.all(
      [before, after].map((client) => new Promise<void>((done) => client.once('close', () => done()))),
    )
    const revoked = await platform.api('DELETE', '/devices/wm-c/credentials')
    assert.equal(revoked.status, 204)
    await closed
    for (const secret of [old, fresh])
      await assert.rejects(() => connectDevice(platform.mqttPort, 'wm-c', secret))
    const again = await platform.api<{ credentials: { password: string } }>(
      'POST',
      '/devices/wm-c/credentials',
    )
    await connectDevice(platform.mqttPort, 'wm-c', again.body.credentials.password)
    await assert.rejects(
      () => connectDevice(platform.mqttPort, 'wm-c', fresh),
      'without overlap the old one is over',
    )
  })

  it('are given for a claim, as often and as long as it says', async () => {
    const { body: claim } = await platform.api<{ token: string; id: string }>('POST', '/claims', {
      name: 'pilot',
      type: 'water-meter',
      area: '24133',
      idPrefix: 'pilot-',
      usesMax: 2,
      expiresInS: 600,
    })
    const register = (id: string, token = claim.token) =>
      fetch(`${platform.http}/api/v1/claim`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, token }),
      })
    assert.equal((await register('other-1')).status, 400)
    const first = await register('pilot-1')
    assert.equal(first.status, 201)
    const { credentials } = (await first.json()) as { credentials: { username: string; password: string } }
    const client = await connectDevice(platform.mqttPort, credentials.username, credentials.password)
    await publish(client, 'devices/pilot-1/readings', { values: { 'water-volume': 5 } })
    assert.equal(await volumeOf('pilot-1'), 5)
    assert.equal((await register('pilot-1')).status, 409)
    await platform.addDevice('zz-9', { entity: 'pilot-main' })
    const taken = await register('pilot-main')
    assert.equal(taken.status, 409)
    assert.equal(((await taken.json()) as { code: string }).code, 'entity_taken')
    const both = await Promise.all([register('pilot-2'), register('pilot-3')])
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 403])
    assert.equal((await register('pilot-4', 'plc_x_y')).status, 401)
    assert.equal((await platform.api('DELETE', `/claims/${claim.id}`)).status, 204)
  })
})

describe('an import', () => {
  it('registers all rows and gives their secrets once, or none and says which are faulty', async () => {
    const send = (body: string, type = 'text/csv', query = '') =>
      fetch(`${platform.http}/api/v1/devices/import${query}`, {
        method: 'POST',
        headers: { authorization: 'Bearer administrator-of-a-test', 'content-type': type },
        body,
      })
    const faulty = await send(
      '\ufeffid,type,area,lat,lon,externalIds\nim-1,water-meter,24133,,,A|B\nim-2,water-mtr,24133,,,\nim-1,water-meter,24133,,,\nim-3,water-meter,99999,,,\nim-4,water-meter,,12.6,,\nim-5,water-meter,,,,b\n',
    )
    assert.equal(faulty.status, 422)
    const report = (await faulty.json()) as {
      rows: number
      faulty: number
      faults: { row: number; field: string; detail: string }[]
    }
    assert.deepEqual([report.rows, report.faulty], [6, 5])
    assert.deepEqual(
      report.faults.map(({ row, field }) => [row, field]),
      [
        [2, 'type'],
        [3, 'id'],
        [4, 'area'],
        [5, 'location.lon'],
        [6, 'externalIds'],
      ],
    )
    assert.match(report.faults[1]?.detail ?? '', /row 1/)
    assert.equal((await platform.api('GET', '/devices/im-1')).status, 404)
    const rows = Array.from({ length: 3000 }, (_, i) => `im-${i};water-meter;24133;`).join('\n')
    const dry = await send(`id;type;area;groups\n${rows}\n`, 'text/csv', '?dryRun=true')
    assert.deepEqual(await dry.json(), { rows: 3000 })
    const done = await send(`id;type;area;groups\n${rows}\n`)
    assert.equal(done.status, 201)
    assert.match(done.headers.get('content-disposition') ?? '', /secrets\.csv/)
    const secrets = (await done.text()).trim().split('\n')
    assert.equal(secrets.length, 3001)
    const [id = '', username = '', password = ''] = secrets.at(-1)?.split(',') ?? []
    assert.equal(id, 'im-2999')
    const client = await connectDevice(platform.mqttPort, username, password)
    await publish(client, `devices/${id}/readings`, { values: { 'water-volume': 1 } })
    assert.equal(await volumeOf(id), 1)
    const column = await send('id,typ\nim-a,x\nim-b,y\n')
    const header = (await column.json()) as { faults: { row: number; field: string }[] }
    assert.deepEqual(
      header.faults.map(({ row, field }) => [row, field]),
      [[0, 'typ']],
    )
    const lines = await send(
      '{"id":"gw-i","type":"sensor","role":"gateway"}\nnonsense\n{"id":"x"}\n',
      'application/x-ndjson',
    )
    const { faults } = (await lines.json()) as { faults: { row: number; detail: string }[] }
    assert.deepEqual(
      faults.map(({ row }) => row),
      [2, 3],
    )
  })
})

describe('the live tail', () => {
  it('shows each message as it comes in, with the verdict, to integrators', async () => {
    const client = await connectDevice(
      platform.mqttPort,
      'wm-t',
      await make({ id: 'wm-t', type: 'water-meter' }),
    )
    const stream = await openStream(
      `${platform.http}/api/v1/devices/wm-t/messages`,
      'administrator-of-a-test',
    )
    await publish(client, 'devices/wm-t/readings', {
      values: { 'water-volume': 5, 'water-flow': { value: 1, unit: 'L/sec' } },
    })
    await until('the message on the tail', () => stream.events.some(({ event }) => event === 'message'))
    const message = stream.events.find(({ event }) => event === 'message')?.data as unknown as {
      verdict: string
      text: string
      readings: { sql: string }[]
    }
    assert.match(
      message.verdict,
      /1 reading stored \(read as canonical\); refused \/values\/water-flow: unit "L\/sec" is not known for water-flow \(did you mean "L\/s"\?\)/,
    )
    assert.match(message.readings[0]?.sql ?? '', /^select o\.\* from observation/)
    assert.equal((await platform.api('GET', '/devices/nobody/messages')).status, 404)
  })
})
