import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { readCredentials } from '../../flows/credentials.ts'
import { isInstalled } from '../../flows/install.ts'
import { provision } from '../../flows/provision.ts'
import { readSettings } from '../../flows/settings.ts'
import { CHROMIUM_ARGS, chromiumPath } from '../support/chromium.ts'
import { copyOfSnapshot, freshDataFolder } from '../support/data-folder.ts'
import { freePort } from '../support/free-port.ts'
import { ADMIN_TOKEN, type PlatformProcess, spawnPlatform } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'
import { type ModbusMeter, modbusMeter } from './modbus-meter.ts'
import { type Json, type NodeRed, startNodeRed } from './node-red.ts'
import { httpSink, type Sink, smtpSink, textServer } from './sinks.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const MINUTE_MS = 60_000
/** As an SDM630 has them, from 0 to 82; what the flow does not ask for is there as well, in part. */
const METER = {
  0: 231.4,
  2: 230.1,
  4: 229.8,
  6: 12.5,
  8: 11.25,
  10: 10.75,
  52: 7654.3,
  62: 0.96,
  70: 50.02,
  72: 12_345.67,
}

const PALETTE = [
  'alarm in',
  'csv rows',
  'daily report',
  'device admin',
  'modbus meter',
  'quiet hours',
  'readings out',
  'send mail',
  'twin in',
  'webhook',
]

const clockTime = (time: number) =>
  new Date(time).toLocaleTimeString('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' })

describe.skipIf(!isInstalled())('Node-RED with the flows that come with Plumbline', () => {
  let platform: PlatformProcess
  let red: NodeRed
  let csv: Awaited<ReturnType<typeof textServer>>
  let meter: ModbusMeter
  let webhook: Sink<Json>
  let mails: Sink<string>
  let platformEnv: Record<string, string> & { DATA_DIR: string }
  let flowsEnv: Record<string, string>
  const children: { kill(signal: NodeJS.Signals): unknown }[] = []

  beforeAll(async () => {
    platformEnv = {
      DATA_DIR: copyOfSnapshot(),
      HTTP_PORT: String(await freePort()),
      MQTT_PORT: String(await freePort()),
    }
    platform = await spawnPlatform(platformEnv, (child) => children.push(child))
    csv = await textServer()
    meter = await modbusMeter(METER)
    // The first try finds the webhook out of order.
    webhook = await httpSink([503])
    mails = await smtpSink()
    flowsEnv = {
      PLUMBLINE_URL: platform.http,
      PLUMBLINE_MQTT_URL: `mqtt://127.0.0.1:${platform.mqttPort}`,
      FLOWS_PORT: String(await freePort()),
      FLOWS_DIR: join(copyOfSnapshot(), 'flows'),
      FLOWS_CSV_URL: `http://127.0.0.1:${csv.port}/meter.csv`,
      FLOWS_METER_HOST: '127.0.0.1',
      FLOWS_METER_PORT: String(meter.port),
      FLOWS_WEBHOOK_URL: `http://127.0.0.1:${webhook.port}/alarms`,
      FLOWS_SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
      FLOWS_MAIL_FROM: 'plumbline@example.org',
      FLOWS_MAIL_TO: 'duty@example.org',
      // It is quiet now, and for the whole of this test.
      FLOWS_QUIET_FROM: clockTime(Date.now() - 60 * MINUTE_MS),
      FLOWS_QUIET_TO: clockTime(Date.now() + 120 * MINUTE_MS),
    }
    red = await startNodeRed({ ...flowsEnv, PLUMBLINE_TOKEN: ADMIN_TOKEN }, ADMIN_TOKEN)
    children.push(red.process)
  })
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
    for (const sink of [csv, meter, webhook, mails]) sink?.close()
  })

  const history = async (entity: string, quantity: string): Promise<[string, number][]> => {
    const query = new URLSearchParams({ quantity, from: '2026-01-01T00:00:00Z', limit: '1000' })
    const { body } = await platform.api<{ items: { time: string; value: number }[] }>(
      'GET',
      `/entities/${entity}/observations?${query}`,
    )
    return body.items.map(({ time, value }) => [time, value])
  }

  it('keeps what it made on the platform encrypted, and readable by its user alone', async () => {
    const { body } = await platform.api<{ items: { name: string; role: string }[] }>('GET', '/tokens')
    assert.deepEqual(
      body.items.filter(({ name }) => name.startsWith('flows on ')).map(({ role }) => role),
      ['operator'],
    )
    for (const name of ['flows_cred.json', 'secret.key', 'flows.json'])
      assert.equal(statSync(join(red.dir, name)).mode & 0o777, 0o600, name)
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(red.dir, 'flows_cred.json'), 'utf8'))), ['$'])
    const { body: device } = await platform.api('GET', '/devices/flows-trial')
    assert.equal(device.test, true)
  })

  it('lets in integrators to all, operators to read, and nobody else', async () => {
    const tokenOf = async (role: string) => {
      const { body } = await platform.api<{ token: string; id: string }>('POST', '/tokens', {
        name: role,
        role,
      })
      return body
    }
    const [integrator, operator, statistician] = await Promise.all(
      ['integrator', 'operator', 'statistician'].map(tokenOf),
    )
    const flows = async (method: string, token?: string) =>
      (await red.call(method, '/flows', method === 'GET' ? undefined : { flows: [] }, token)).status
    assert.equal(await flows('GET', ''), 401)
    assert.equal(await flows('GET', 'no-such-token'), 401)
    assert.equal(await flows('GET', statistician?.token), 401)
    assert.equal(await flows('GET', operator?.token), 200)
    assert.equal(await flows('POST', operator?.token), 401)
    assert.equal(await flows('GET', integrator?.token), 200)
    const signIn = (password: string) =>
      red.call(
        'POST',
        '/auth/token',
        {
          client_id: 'node-red-editor',
          grant_type: 'password',
          scope: '',
          username: `me ${password}`,
          password,
        },
        '',
      )
    const { status, body } = await signIn(integrator?.token ?? '')
    assert.equal(status, 200)
    assert.notEqual(body.access_token, integrator?.token)
    assert.equal(await flows('GET', body.access_token), 200)
    assert.equal((await signIn('wrong')).status, 403)
  })

  it('makes what is missing and no more, also for an integrator and another device', async () => {
    const { body } = await platform.api<{ token: string }>('POST', '/tokens', {
      name: 'wires',
      role: 'integrator',
    })
    const dir = freshDataFolder()
    const make = (trial: string) => {
      const settings = readSettings({
        PLUMBLINE_URL: platform.http,
        PLUMBLINE_TOKEN: body.token,
        FLOWS_DIR: dir,
        FLOWS_TRIAL_DEVICE: trial,
      })
      if ('faults' in settings) throw new Error(settings.faults.join('; '))
      return provision(settings, 'secret')
    }
    const kept =
      'the flows keep the token given: an administrator’s would have made them one that can only read'
    assert.deepEqual(await make('trial-1'), [kept, 'made the device trial-1'])
    assert.deepEqual(await make('trial-1'), [])
    assert.deepEqual(await make('trial-2'), ['made the device trial-2'])
    assert.equal(readCredentials(dir, 'secret').plumbline?.token, body.token)
    assert.throws(() => readCredentials(dir, 'another secret'), /was not written with the key/)
  })

  it('throws out who signed in with a token that was revoked', async () => {
    const { signIn } = createRequire(import.meta.url)('../../flows/sign-in.cjs')
    const { adminAuth } = signIn(platform.http, 0)
    const { body } = await platform.api<{ token: string; id: string }>('POST', '/tokens', {
      name: 'leaves',
      role: 'admin',
    })
    const user = await adminAuth.authenticate('anybody', body.token)
    assert.deepEqual(await adminAuth.tokens(user.token), { username: 'leaves (admin)', permissions: '*' })
    await platform.api('DELETE', `/tokens/${body.id}`)
    assert.equal(await adminAuth.tokens(user.token), null)
    assert.equal(await adminAuth.authenticate('anybody', body.token), null)
  })

  it('asks who calls an HTTP endpoint of a flow for a token', async () => {
    await red.deploy((nodes) => [
      ...nodes,
      { id: 'http-tab', type: 'tab', label: 'http' },
      {
        id: 'http-in',
        type: 'http in',
        z: 'http-tab',
        url: '/hello',
        method: 'get',
        x: 1,
        y: 1,
        wires: [['http-out']],
      },
      { id: 'http-out', type: 'http response', z: 'http-tab', statusCode: '200', x: 1, y: 1, wires: [] },
    ])
    assert.equal((await red.call('GET', '/in/hello', undefined, '')).status, 401)
    assert.equal((await red.call('GET', '/in/hello')).status, 200)
  })

  describe('readings out and twin in', () => {
    it('passes a reading on when it is acknowledged, and hears it back as a change of the twin', async () => {
      await red.press('first-good')
      await until('the acknowledgement', () => red.shown('first-acknowledged').length === 1)
      assert.deepEqual(
        (await history('flows-trial', 'water-flow')).map(([, value]) => value),
        [1.5 * 3.6],
      )
      const [twin] = await until(
        'the twin',
        () => red.shown('first-twin-debug').length > 0 && red.shown('first-twin-debug'),
      )
      assert.equal(twin.id, 'flows-trial')
    })

    it('sends nothing of a message with a fault, and says which and what is near', async () => {
      const received = await platform.metric('plumbline_observations_received_total')
      await red.press('first-bad')
      const [[fault]] = await until(
        'the fault',
        () => red.shown('first-refused').length === 1 && red.shown('first-refused'),
      )
      assert.deepEqual(fault, {
        path: '/values/waterflow',
        code: 'unknown_quantity',
        detail: 'no quantity "waterflow"; near: water-flow',
      })
      assert.match(red.output(), /nothing was sent: \/values\/waterflow: unknown_quantity/)
      assert.equal(await platform.metric('plumbline_observations_received_total'), received)
    })

    it('waits for the platform, shows how many wait, and refuses what is too much', async () => {
      await red.deploy((nodes) =>
        nodes.map((node) => (node.id === 'plumbline-trial' ? { ...node, queueMax: 1 } : node)),
      )
      await red.press('first-good')
      const before = await until(
        'a connection',
        () => red.shown('first-acknowledged').length > 1 && red.shown('first-acknowledged').length,
      )
      platform.process.kill('SIGSTOP')
      try {
        await red.press('first-good')
        await until('the badge', () => red.status('first-readings') === 'pending 1')
        await red.press('first-good')
        await until('the refusal', () => red.shown('first-refused').at(-1)?.[0].code === 'queue_full')
        assert.equal(red.shown('first-acknowledged').length, before)
      } finally {
        platform.process.kill('SIGCONT')
      }
      await until('the acknowledgement', () => red.shown('first-acknowledged').length === before + 1)
    })

    it('speaks for another device only with its password', async () => {
      const password = await platform.addDevice('wm-other')
      await red.deploy((nodes) => [
        ...nodes,
        { id: 'other-tab', type: 'tab', label: 'other' },
        {
          id: 'other-inject',
          type: 'inject',
          z: 'other-tab',
          props: [
            { p: 'payload', v: '{"water-volume": 7}', vt: 'json' },
            { p: 'device', v: 'wm-other', vt: 'str' },
          ],
          x: 1,
          y: 1,
          wires: [['other-out']],
        },
        {
          id: 'other-out',
          type: 'plumbline-readings',
          z: 'other-tab',
          device: 'plumbline-trial',
          x: 1,
          y: 1,
          wires: [['other-sent'], ['other-refused']],
        },
        {
          id: 'other-sent',
          type: 'debug',
          z: 'other-tab',
          active: true,
          tosidebar: true,
          complete: 'device',
          targetType: 'msg',
          x: 1,
          y: 1,
          wires: [],
        },
        {
          id: 'other-refused',
          type: 'debug',
          z: 'other-tab',
          active: true,
          tosidebar: true,
          complete: 'faults',
          targetType: 'msg',
          x: 1,
          y: 1,
          wires: [],
        },
      ])
      await red.press('other-inject')
      await until('the refusal', () => red.shown('other-refused')[0]?.[0].code === 'no_credentials')
      await red.deploy((nodes) => [
        ...nodes,
        {
          id: 'other-device',
          type: 'plumbline-device',
          server: 'plumbline',
          deviceId: 'wm-other',
          queueMax: 10,
          credentials: { password },
        },
      ])
      await red.press('other-inject')
      await until('the acknowledgement', () => red.shown('other-sent')[0] === 'wm-other')
      assert.deepEqual(
        (await history('wm-other', 'water-volume')).map(([, value]) => value),
        [7],
      )
    })
  })

  it('makes, shows and retires a device, and renews its secret', async () => {
    const debugNode = (id: string) => ({
      id,
      type: 'debug',
      z: 'admin-tab',
      active: true,
      tosidebar: true,
      complete: 'payload',
      targetType: 'msg',
      x: 1,
      y: 1,
      wires: [],
    })
    const step = (action: string, payload: string) => [
      {
        id: `admin-${action}`,
        type: 'inject',
        z: 'admin-tab',
        props: [{ p: 'payload', v: payload, vt: 'json' }],
        x: 1,
        y: 1,
        wires: [[`do-${action}`]],
      },
      {
        id: `do-${action}`,
        type: 'plumbline-device-admin',
        z: 'admin-tab',
        server: 'admin-server',
        action,
        x: 1,
        y: 1,
        wires: [[`did-${action}`]],
      },
      debugNode(`did-${action}`),
    ]
    await red.deploy((nodes) => [
      ...nodes,
      { id: 'admin-tab', type: 'tab', label: 'admin' },
      {
        id: 'admin-server',
        type: 'plumbline-server',
        url: '${PLUMBLINE_URL}',
        mqttUrl: '${PLUMBLINE_MQTT_URL}',
        credentials: { token: ADMIN_TOKEN },
      },
      ...step('create', '{"id": "wm-made", "type": "water-meter", "area": "24133"}'),
      ...step('get', '{"id": "wm-made"}'),
      ...step('renew-credentials', '{"id": "wm-made"}'),
      ...step('retire', '{"id": "wm-made"}'),
    ])
    const did = async (action: string) => {
      await red.press(`admin-${action}`)
      return until(action, () => red.shown(`did-${action}`)[0])
    }
    const { credentials: first } = await did('create')
    assert.equal((await did('get')).area, '24133')
    const { credentials: second } = await did('renew-credentials')
    assert.notEqual(second.password, first.password)
    assert.deepEqual(await did('retire'), { id: 'wm-made', retired: true })
    const { body } = await platform.api('GET', '/devices/wm-made')
    assert.notEqual(body.retiredAt, null)
    await red.press('admin-create')
    await until('the refusal in the log', () => red.output().includes('ids are never used again'))
  })

  describe('the CSV source', () => {
    const HEADER = 'time;volume_m3;flow_l_s;pressure_bar;remark'
    const day = new Date(Date.now() - 24 * 60 * MINUTE_MS).toLocaleDateString('en-GB', { timeZone: ZONE })
    const iso = (clock: string) => {
      const [dd, mm, yyyy] = day.split('/')
      return new Date(`${yyyy}-${mm}-${dd}T${clock}:00+07:00`).toISOString()
    }

    it('sends each row once at the time of the file’s zone, and skips bad lines with a report', async () => {
      csv.text = [
        HEADER,
        `${day} 07:00;100.5;1;3.1;`,
        `${day} 07:15;101;;3.2;"quoted; with ""a"" delimiter"`,
        `31/02/2026 07:30;1;1;1;`,
        `${day} 07:45;n/a;1;1;`,
        `${day} 08:00;102`,
        '',
      ].join('\r\n')
      await red.press('csv-poll')
      await until('two rows', async () => (await history('flows-csv', 'water-volume')).length === 2)
      assert.deepEqual(await history('flows-csv', 'water-volume'), [
        [iso('07:00'), 100.5],
        [iso('07:15'), 101],
      ])
      assert.deepEqual(await history('flows-csv', 'water-flow'), [[iso('07:00'), 3.6]])
      assert.deepEqual(await history('flows-csv', 'water-pressure'), [
        [iso('07:00'), 310],
        [iso('07:15'), 320],
      ])
      const [report] = await until(
        'the report',
        () => red.shown('csv-skipped').length > 0 && red.shown('csv-skipped'),
      )
      assert.deepEqual(
        report.lines.map(({ line, why }: Json) => [line, why]),
        [
          [4, 'time "31/02/2026 07:30" is not dd/MM/yyyy HH:mm'],
          [5, 'volume_m3: "n/a" is no number'],
          [6, '2 cells, the header has 5'],
        ],
      )
    })

    it('sends only what is new, also when the source was away and after a restart', async () => {
      await until('the position', () => red.status('csv-rows').startsWith('sent up to'))
      const received = await platform.metric('plumbline_observations_received_total')
      csv.status = 500
      await red.press('csv-poll')
      await until('the error', () => red.shown('csv-errors').length > 0)
      csv.status = 200
      await red.stop()
      red = await startNodeRed(flowsEnv, ADMIN_TOKEN)
      children.push(red.process)
      csv.text += `${day} 09:00;103;;;\r\n`
      await red.press('csv-poll')
      await until('the new row', async () => (await history('flows-csv', 'water-volume')).length === 3)
      await until('the position', () => red.status('csv-rows').startsWith('sent up to'))
      await red.press('csv-poll')
      await until('a poll without news', () => red.status('csv-rows').startsWith('3 rows, 0 new'))
      assert.equal(await platform.metric('plumbline_observations_received_total'), received + 1)
    })
  })

  it('reads a Modbus meter; a dead one is an error, no reading, and asked less often', async () => {
    await red.press('meter-poll')
    await until('the reading', async () => (await history('flows-meter', 'active-energy')).length === 1)
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      '/entities/flows-meter',
    )
    assert.deepEqual(
      Object.fromEntries(Object.entries(body.quantities).map(([name, { value }]) => [name, value])),
      {
        'voltage/L1': 231.4,
        'voltage/L2': 230.1,
        'voltage/L3': 229.8,
        'current/L1': 12.5,
        'current/L2': 11.25,
        'current/L3': 10.75,
        'active-power': 7.6543,
        'power-factor': 0.96,
        frequency: 50.02,
        'active-energy': 12_345.67,
      },
    )
    meter.registers.delete(72)
    await red.press('meter-poll')
    const [refusal] = await until(
      'the refusal',
      () => red.shown('meter-errors').length > 0 && red.shown('meter-errors'),
    )
    assert.match(
      refusal.message,
      /^Error: meter 127\.0\.0\.1:\d+, unit 1: the meter refuses: .*; asked again in 10 s$/,
    )
    const { requests } = meter
    await red.press('meter-poll')
    await red.press('first-good')
    await until('a later flow', () => red.shown('first-acknowledged').length > 0)
    assert.equal(meter.requests, requests)
    assert.equal((await history('flows-meter', 'voltage/L1')).length, 1)
  })

  it('gives up on a silent meter in time, and reads it again when it is back', async () => {
    await red.deploy((nodes) => [
      ...nodes,
      { id: 'meter-tab', type: 'tab', label: 'meter' },
      { id: 'silent-poll', type: 'inject', z: 'meter-tab', props: [], x: 1, y: 1, wires: [['silent-read']] },
      {
        id: 'silent-read',
        type: 'plumbline-modbus',
        z: 'meter-tab',
        host: '127.0.0.1',
        port: String(meter.port),
        unitId: '1',
        timeoutMs: '200',
        backoffMs: '100',
        registers: '[{"quantity": "frequency", "register": 70}]',
        x: 1,
        y: 1,
        wires: [['silent-values']],
      },
      {
        id: 'silent-values',
        type: 'debug',
        z: 'meter-tab',
        active: true,
        tosidebar: true,
        complete: 'payload',
        targetType: 'msg',
        x: 1,
        y: 1,
        wires: [],
      },
    ])
    meter.mode = 'silent'
    await red.press('silent-poll')
    await until('the end of its patience', () => red.output().includes('no answer within 200 ms'))
    assert.deepEqual(red.shown('silent-values'), [])
    meter.mode = 'answers'
    await until('the reading', async () => {
      await red.press('silent-poll')
      return red.shown('silent-values').length > 0
    })
    assert.deepEqual(red.shown('silent-values')[0].values, { frequency: 50.02 })
  })

  describe('alarms', () => {
    let broker: Awaited<ReturnType<typeof Aedes.createBroker>>
    const sockets = new Set<Socket>()
    const alarm = (id: string, severity: string, more: object = {}) => ({
      id,
      kind: 'threshold',
      rule: 'r-1',
      severity,
      device: 'wm-1',
      entity: 'wm-1',
      area: '24133',
      text: `pressure of ${id} is low`,
      raisedAt: '2026-11-25T01:00:00.000Z',
      lastAt: '2026-11-25T01:00:00.000Z',
      count: 1,
      clearedAt: null,
      acknowledgedAt: null,
      ...more,
    })
    const publish = (document: { id: string }) =>
      new Promise<void>((resolve, reject) =>
        broker.publish(
          {
            cmd: 'publish',
            topic: `alarms/${document.id}`,
            payload: JSON.stringify(document),
            qos: 0,
            retain: true,
            dup: false,
          },
          (error) => (error ? reject(error) : resolve()),
        ),
      )

    beforeAll(async () => {
      // In the platform's place, for what it publishes as alarms.
      broker = await Aedes.createBroker()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        broker.handle(socket)
      })
      const port = await freePort()
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      await publish(alarm('a-critical', 'critical'))
      await publish(alarm('a-over', 'critical', { clearedAt: '2026-11-25T02:00:00.000Z' }))
      await red.deploy((nodes) => [
        ...nodes.map((node) => (node.id === 'alarm-in' ? { ...node, server: 'alarm-server' } : node)),
        {
          id: 'alarm-server',
          type: 'plumbline-server',
          url: platform.http,
          mqttUrl: `mqtt://127.0.0.1:${port}`,
          credentials: { token: 'alarms' },
        },
      ])
    })
    afterAll(() => {
      for (const socket of sockets) socket.destroy()
      broker.close()
    })

    it('go to a webhook that is out of order at first, and by mail, when they are critical', async () => {
      await until('the webhook', () => webhook.taken.length === 1)
      assert.deepEqual(webhook.taken[0], { change: 'raised', alarm: alarm('a-critical', 'critical') })
      await until('the mail', () => mails.taken.length === 1)
      assert.match(
        mails.taken[0] ?? '',
        /Subject: Plumbline raised: critical, pressure of a-critical is low \(wm-1\)/,
      )
      assert.match(mails.taken[0] ?? '', /To: duty@example\.org/)
    })

    it('come once each, over reconnects as well', async () => {
      const resubscribed = new Promise((resolve) => broker.once('subscribe', resolve))
      for (const socket of sockets) socket.destroy()
      await resubscribed
      await publish(alarm('a-critical', 'critical', { count: 2, lastAt: '2026-11-25T01:05:00.000Z' }))
      await publish(alarm('a-critical', 'critical', { acknowledgedAt: '2026-11-25T01:06:00.000Z' }))
      await publish(alarm('a-later', 'critical'))
      await until('the later one', () => webhook.taken.some(({ alarm }) => alarm.id === 'a-later'))
      assert.deepEqual(
        webhook.taken.map(({ change, alarm }) => [alarm.id, change]),
        [
          ['a-critical', 'raised'],
          ['a-critical', 'acknowledged'],
          ['a-later', 'raised'],
        ],
      )
    })

    it('wait while it is quiet, and come as one digest after it', async () => {
      await publish(alarm('a-warning', 'medium'))
      await publish(alarm('a-minor', 'low'))
      await publish(alarm('a-warning', 'medium', { clearedAt: '2026-11-25T03:00:00.000Z' }))
      await until('two held back', () => red.status('alarm-quiet') === 'quiet, 2 held back')
      await red.deploy((nodes) =>
        nodes.map((node) => (node.id === 'alarm-quiet' ? { ...node, to: node.from, from: node.from } : node)),
      )
      const { digest } = await until('the digest', () => webhook.taken.find(({ digest }) => digest))
      assert.deepEqual(
        digest.map(({ id, change }: Json) => [id, change]),
        [
          ['a-warning', 'cleared'],
          ['a-minor', 'raised'],
        ],
      )
      await until('the mail', () =>
        mails.taken.some((mail) => mail.includes('Subject: Plumbline: 2 alarms during quiet hours')),
      )
    })

    it('that the platform itself raises arrive as well', async () => {
      await red.deploy((nodes) =>
        nodes.map((node) => (node.id === 'alarm-in' ? { ...node, server: 'plumbline' } : node)),
      )
      // Somebody tries one name after another: that is critical, quiet hours or not.
      for (let i = 0; i < 12; i++) {
        const { status } = await fetch(`${platform.http}/ingest/devices/nobody-${i}/readings`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`nobody-${i}:guess`).toString('base64')}` },
          body: '{}',
        })
        assert.equal(status, 401)
      }
      const { alarm: raised } = await until('the alarm', () =>
        webhook.taken.find(({ alarm }) => alarm?.rule === 'name-scan'),
      )
      assert.equal(raised.severity, 'critical')
      assert.equal(raised.kind, 'security')
      await until('its mail', () =>
        mails.taken.some((mail) => mail.includes('name-scan') || mail.includes('127.0.0.1')),
      )
    })
  })

  it('reports yesterday: what was used from reading to reading, who is silent, as page, table and mail', async () => {
    const before = mails.taken.length
    const yesterday = new Date(Date.now() + 7 * 60 * MINUTE_MS - 24 * 60 * MINUTE_MS)
      .toISOString()
      .slice(0, 10)
    const start = Date.parse(`${yesterday}T00:00:00+07:00`)
    const send = async (id: string, password: string, hours: number, volume: number) => {
      const response = await fetch(`${platform.http}/ingest/devices/${id}/readings`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}` },
        body: JSON.stringify({ time: start + hours * 60 * MINUTE_MS, values: { 'water-volume': volume } }),
      })
      assert.equal(response.status, 204)
    }
    const [one, two] = [await platform.addDevice('rp-1'), await platform.addDevice('rp-2')]
    for (const [hours, volume] of [
      [-1, 100],
      [1, 101],
      [23, 110],
    ] as const)
      await send('rp-1', one, hours, volume)
    for (const [hours, volume] of [
      [1, 50],
      [23, 20],
    ] as const)
      await send('rp-2', two, hours, volume)
    await red.press('report-at')
    const path = join(red.dir, `reports/plumbline-${yesterday}.csv`)
    await until('both files', () => red.shown('report-written').length === 2)
    const lines = readFileSync(path, 'utf8').split('\r\n')
    assert.ok(
      lines.includes(
        `${yesterday},24133,water-meter,rp-1,silent,${new Date(start + 23 * 60 * MINUTE_MS).toISOString()},water-volume,10,m3,`,
      ),
    )
    assert.ok(
      lines.some(
        (line) => line.includes(',rp-2,') && line.endsWith('water-volume,,m3,the counter went back'),
      ),
    )
    const page = readFileSync(path.replace('.csv', '.html'), 'utf8')
    assert.match(page, /No figure for \d+: .*rp-2 \(the counter went back\)/)
    const mail = await until('the mail', () =>
      mails.taken.slice(before).find((text) => text.includes(`Subject: Plumbline daily report ${yesterday}`)),
    )
    assert.match(mail, new RegExp(`filename=plumbline-${yesterday}.csv`))
  })

  it('hears twins again when the platform was killed, and gives changes only', async () => {
    await red.deploy((nodes) => [
      ...nodes,
      { id: 'twin-tab', type: 'tab', label: 'twins' },
      {
        id: 'twin-type',
        type: 'plumbline-twin',
        z: 'twin-tab',
        server: 'plumbline',
        ids: '',
        entityType: 'water-meter',
        area: '24133',
        onStart: false,
        x: 1,
        y: 1,
        wires: [['twin-changed']],
      },
      {
        id: 'twin-changed',
        type: 'debug',
        z: 'twin-tab',
        active: true,
        tosidebar: true,
        complete: 'payload',
        targetType: 'msg',
        x: 1,
        y: 1,
        wires: [],
      },
    ])
    await until('the stream', () => red.status('twin-type') === 'connected')
    await platform.kill('SIGKILL')
    await until('the break', () => red.status('twin-type') !== 'connected')
    const acknowledged = red.shown('first-acknowledged').length
    await red.press('first-good')
    await until('the badge', () => /, pending 1$/.test(red.status('first-readings')))
    platform = await spawnPlatform(platformEnv, (child) => children.push(child))
    await until('what waited', () => red.shown('first-acknowledged').length === acknowledged + 1, 60_000)
    await until('the stream', () => red.status('twin-type') === 'connected', 60_000)
    await red.press('other-inject')
    const changes = await until(
      'the change',
      () => red.shown('twin-changed').some(({ id }) => id === 'wm-other') && red.shown('twin-changed'),
    )
    // What came with the reconnect is no change: nobody but it said anything.
    assert.deepEqual([...new Set(changes.map(({ id }) => id))], ['wm-other'])
  }, 120_000)

  it.skipIf(chromiumPath() === null)(
    'shows the editor to who signs in, with help for each node',
    async () => {
      const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: CHROMIUM_ARGS })
      const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, locale: 'en-GB' })
      const faults: string[] = []
      const foreign: string[] = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url())
        if (protocol.startsWith('http') && host !== new URL(red.url).host) foreign.push(request.url())
      })
      await page.goto(red.url)
      await page.fill('#node-dialog-login-username', 'me')
      await page.fill('#node-dialog-login-password', ADMIN_TOKEN)
      await page.click('#node-dialog-login-submit')
      const palette = page.locator('#red-ui-palette-container .red-ui-palette-category').first()
      await palette.locator('.red-ui-palette-node').first().waitFor()
      assert.match(await palette.innerText(), /Plumbline/i)
      const labels = await palette.locator('.red-ui-palette-label').allInnerTexts()
      assert.deepEqual(labels.map((label) => label.trim().replace(/\s+/g, ' ')).sort(), PALETTE)
      const nodes = readdirSync(new URL('../../flows/nodes', import.meta.url))
        .filter((name) => name.endsWith('.html'))
        .map((name) => name.replace('.html', ''))
      for (const node of nodes)
        assert.ok(await page.evaluate(`RED.nodes.getNodeHelp('${node}').length > 100`), `${node} has no help`)
      if (process.env.FLOWS_PICTURES) await takePictures(page, process.env.FLOWS_PICTURES)
      assert.deepEqual(faults, [])
      assert.deepEqual(foreign, [])
      await browser.close()
    },
  )

  it('says at once what is wrong with its settings, and what it needs', async () => {
    const start = (env: Record<string, string>) =>
      startNodeRed({ FLOWS_DIR: join(freshDataFolder(), 'flows'), ...env }, '')
    await assert.rejects(
      start({ FLOWS_PORT: 'x', FLOWS_ZONE: 'Mars' }),
      /left with 78: .*FLOWS_PORT: got "x", takes a port[\s\S]*FLOWS_ZONE/,
    )
    await assert.rejects(start({ PLUMBLINE_URL: platform.http }), /left with 78: .*PLUMBLINE_TOKEN: not set/)
    await assert.rejects(
      start({ PLUMBLINE_URL: `http://127.0.0.1:${await freePort()}`, PLUMBLINE_TOKEN: 'x' }),
      /does not answer \(ECONNREFUSED\)/,
    )
    await assert.rejects(
      start({ PLUMBLINE_URL: platform.http, PLUMBLINE_TOKEN: ADMIN_TOKEN }),
      /the device flows-trial is there already.*FLOWS_RENEW=1/,
    )
    assert.equal(await red.stop(), 0)
  })
})

/** For who wants to look: FLOWS_PICTURES names a folder. */
async function takePictures(page: Page, folder: string): Promise<void> {
  await page.screenshot({ path: join(folder, 'editor.png') })
  for (const [tab, node] of [
    ['csv-source', 'csv-rows'],
    ['alarms', 'alarm-quiet'],
    ['first-flow', 'first-readings'],
  ]) {
    await page.evaluate(
      `RED.workspaces.show('${tab}'); RED.view.select({ nodes: [RED.nodes.node('${node}')] }); RED.sidebar.show('help')`,
    )
    await page.waitForTimeout(800)
    await page.screenshot({ path: join(folder, `${tab}.png`) })
  }
  await page.evaluate(`RED.editor.edit(RED.nodes.node('csv-rows'))`)
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(folder, 'dialog.png') })
}
