import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { CommandDocument } from '../../digital-twin/commands/command-document.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { answer, hearCommands } from '../support/obedient.ts'
import {
  type PlatformProcess,
  startPlatformProcess,
  startSharedPlatform,
} from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

interface Desired {
  readonly value: number
  readonly status: string
  readonly command: string
}
type Answer = CommandDocument & { readonly code: string; readonly detail: string }

let shared: PlatformProcess
beforeAll(async () => {
  shared = await startSharedPlatform()
})
afterAll(() => shared.kill('SIGKILL'))

const ask = (platform: PlatformProcess, valve: string, position: unknown, more: object = {}) =>
  platform.api<Answer>('POST', `/entities/${valve}/commands`, {
    name: 'set-position',
    args: { position },
    ...more,
  })
const commandOf = async (platform: PlatformProcess, id: string) =>
  (await platform.api<CommandDocument>('GET', `/commands/${id}`)).body
const becomes = (platform: PlatformProcess, id: string, status: string) =>
  until(`command ${id} ${status}`, async () => {
    const command = await commandOf(platform, id)
    return command.status === status ? command : null
  })
const desiredOf = async (platform: PlatformProcess, valve: string, at = '') =>
  (await platform.api<{ desired: Record<string, Desired> }>('GET', `/entities/${valve}${at}`)).body.desired
const report = (client: Parameters<typeof publish>[0], valve: string, position: number) =>
  publish(client, `devices/${valve}/readings`, { values: { 'valve-position': position } })

describe('a valve that is there', () => {
  it('obeys, answers, and what was desired stands until it is reported', async () => {
    const secret = await shared.addDevice('v-obeys', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-obeys', secret)
    await report(valve, 'v-obeys', 100)
    const { events } = await openStream(`${shared.http}/api/v1/stream?entity=v-obeys`, ADMIN_TOKEN)
    const received = await hearCommands(valve, 'v-obeys')
    const { status, body } = await ask(shared, 'v-obeys', 30, { note: 'pipe burst in zone 3' })
    assert.equal(status, 201)
    assert.deepEqual([body.status, body.by, body.note], ['queued', 'administrator', 'pipe burst in zone 3'])
    assert.equal(Date.parse(body.expiresAt) - Date.parse(body.issuedAt), 60_000)
    const command = await until('the command', () => received[0])
    const { name, id, args } = command
    assert.deepEqual([name, id, args], ['set-position', body.id, { position: 30 }])
    assert.deepEqual([command.issuedAt, command.expiresAt], [body.issuedAt, body.expiresAt])
    const sent = await becomes(shared, id, 'sent')
    assert.ok(sent.sentAt)
    await answer(valve, 'v-obeys', command, { status: 'done', detail: 'turned' })
    // The PUBACK came: the outcome is committed.
    assert.deepEqual(
      (await commandOf(shared, id)).status,
      'done',
      'an answer that is acknowledged is committed',
    )
    const before = await until('desired', async () => {
      const desired = (await desiredOf(shared, 'v-obeys'))['valve-position']
      return desired?.status === 'done' ? desired : null
    })
    assert.deepEqual([before.value, before.command], [30, id])
    const at = new Date().toISOString()
    await until('a later instant', () => Date.now() > Date.parse(at) + 1)
    await report(valve, 'v-obeys', 30.4)
    const done = await until('reached', async () => {
      const command = await commandOf(shared, id)
      return command.reported === 'reached' ? command : null
    })
    assert.equal(done.detail, 'turned')
    await until('nothing desired', async () => Object.keys(await desiredOf(shared, 'v-obeys')).length === 0)
    assert.deepEqual((await desiredOf(shared, 'v-obeys', `?at=${at}`))['valve-position'], before)
    const told = () =>
      events
        .filter(({ event, data }) => event === 'command' && data.id === id)
        .map(({ data }) => data.reported)
    await until('the stream to tell', () => told().at(-1) === 'reached')
    const seen = events.filter(({ event }) => event === 'command').map(({ data }) => data.status)
    const order = ['queued', 'sent', 'done']
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
    )
    assert.equal(received.length, 1)
  })

  it('that knows no answers is done when it reports what was asked', async () => {
    const secret = await shared.addDevice('v-mute', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-mute', secret)
    const received = await hearCommands(valve, 'v-mute')
    const { body } = await ask(shared, 'v-mute', 55, { expiresInS: 2 })
    await until('the command', () => received[0])
    await report(valve, 'v-mute', 80)
    await report(valve, 'v-mute', 55)
    const done = await becomes(shared, body.id, 'done')
    assert.deepEqual([done.reported, done.detail?.includes('valve-position')], ['reached', true])
  })

  it('says that it cannot: failed, in its own words, and nothing stays desired', async () => {
    const secret = await shared.addDevice('v-fails', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-fails', secret)
    await hearCommands(valve, 'v-fails', (command) => {
      void answer(valve, 'v-fails', command, { status: 'failed', detail: 'motor \u0000 stuck' })
    })
    const { body } = await ask(shared, 'v-fails', 10)
    const failed = await becomes(shared, body.id, 'failed')
    assert.equal(failed.detail, 'motor   stuck')
    await until('nothing desired', async () => Object.keys(await desiredOf(shared, 'v-fails')).length === 0)
  })

  it('was done by its word, and is not near: the operator is told', async () => {
    const secret = await shared.addDevice('v-lies', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-lies', secret)
    await hearCommands(valve, 'v-lies', (command) => void answer(valve, 'v-lies', command))
    const { body } = await ask(shared, 'v-lies', 0)
    await becomes(shared, body.id, 'done')
    await publish(valve, 'devices/v-lies/readings', {
      time: Date.now() + 180_000,
      values: { 'valve-position': 80 },
    })
    const missed = await until('missed', async () => {
      const command = await commandOf(shared, body.id)
      return command.reported === 'missed' ? command : null
    })
    assert.equal(missed.status, 'done')
    assert.match(missed.detail ?? '', /valve-position was 80/)
    assert.equal((await desiredOf(shared, 'v-lies'))['valve-position']?.value, 0)
  })
})

describe('a valve that is away', () => {
  it('gets only the newest order when it is back, and that again until it answers', async () => {
    const secret = await shared.addDevice('v-away', { type: 'valve' })
    const older = await ask(shared, 'v-away', 10)
    assert.ok(Date.parse(older.body.expiresAt) - Date.parse(older.body.issuedAt) === 7_200_000)
    const newer = await ask(shared, 'v-away', 20)
    const replaced = await commandOf(shared, older.body.id)
    assert.deepEqual([replaced.status, replaced.replacedBy], ['cancelled', newer.body.id])
    const first = await connectDevice(shared.mqttPort, 'v-away', secret, { clean: false })
    const received = await hearCommands(first, 'v-away')
    await until('the newer one', () => received[0])
    await first.endAsync(true)
    // Its session was kept, with its subscription.
    const again = await connectDevice(shared.mqttPort, 'v-away', secret, { clean: false })
    const later = await hearCommands(again, 'v-away')
    const command = await until('it again', () => later[0])
    assert.deepEqual([received.map(({ id }) => id), command.id], [[newer.body.id], newer.body.id])
    await answer(again, 'v-away', command)
    assert.equal((await commandOf(shared, newer.body.id)).status, 'done')
    await again.endAsync(true)
    const third = await connectDevice(shared.mqttPort, 'v-away', secret, { clean: false })
    const nothing = await hearCommands(third, 'v-away')
    const next = await ask(shared, 'v-away', 30)
    await until('the next', () => nothing.length > 0)
    assert.deepEqual(
      nothing.map(({ id }) => id),
      [next.body.id],
    )
  })

  it('never gets what has expired', async () => {
    const secret = await shared.addDevice('v-late', { type: 'valve' })
    const { body } = await ask(shared, 'v-late', 10, { expiresInS: 1 })
    const expired = await becomes(shared, body.id, 'expired')
    assert.ok(Date.parse(expired.endedAt ?? '') >= Date.parse(body.expiresAt))
    assert.match(expired.detail ?? '', /was not there/)
    const valve = await connectDevice(shared.mqttPort, 'v-late', secret)
    const received = await hearCommands(valve, 'v-late')
    const next = await ask(shared, 'v-late', 90)
    await until('the next', () => received.length > 0)
    assert.deepEqual(
      received.map(({ id }) => id),
      [next.body.id],
    )
    assert.equal((await ask(shared, 'v-late', 90, { expiresInS: 90_000 })).status, 400)
  })

  it('is spared what was cancelled; what it has is not taken back', async () => {
    const secret = await shared.addDevice('v-cancel', { type: 'valve' })
    const { body } = await ask(shared, 'v-cancel', 10)
    assert.equal((await desiredOf(shared, 'v-cancel'))['valve-position']?.status, 'queued')
    const cancelled = await shared.api<CommandDocument>('POST', `/commands/${body.id}/cancel`)
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled'])
    assert.deepEqual(await desiredOf(shared, 'v-cancel'), {})
    const valve = await connectDevice(shared.mqttPort, 'v-cancel', secret)
    const received = await hearCommands(valve, 'v-cancel')
    const next = await ask(shared, 'v-cancel', 20)
    await becomes(shared, next.body.id, 'sent')
    const late = await shared.api<Answer>('POST', `/commands/${next.body.id}/cancel`)
    assert.deepEqual([late.status, late.body.code], [409, 'not_queued'])
    await until('the command', () => received.length > 0)
    assert.deepEqual(
      received.map(({ id }) => id),
      [next.body.id],
    )
  })
})

describe('what is no answer', () => {
  it('changes nothing, is recorded with its reason, acknowledged, and no reading', async () => {
    const secret = await shared.addDevice('v-odd', { type: 'valve' })
    const other = await shared.addDevice('v-forger', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-odd', secret)
    const forger = await connectDevice(shared.mqttPort, 'v-forger', other)
    const received = await hearCommands(valve, 'v-odd')
    const overheard: string[] = []
    forger.on('message', (topic) => overheard.push(topic))
    for (const filter of ['devices/v-odd/commands/+', 'devices/+/commands/#', '#'])
      await assert.rejects(forger.subscribeAsync(filter), filter)
    const { body } = await ask(shared, 'v-odd', 40)
    const command = await until('the command', () => received[0])
    const own = 'devices/v-odd/commands'
    await publish(forger, `${own}/set-position/reply`, { id: body.id, status: 'done' })
    await publish(forger, `${own}/set-position`, { id: 'forged', args: { position: 0 } })
    await publish(forger, 'devices/v-forger/commands/set-position/reply', { id: body.id, status: 'done' })
    await publish(valve, `${own}/set-switch/reply`, { id: body.id, status: 'done' })
    await publish(valve, `${own}/set-position/reply`, { id: 'never-was', status: 'done' })
    await publish(valve, `${own}/set-position/reply`, { id: body.id, status: 'maybe' })
    await publish(valve, `${own}/set-position/reply`, 'done')
    await publish(valve, `${own}/set-position/reply`, {
      id: body.id,
      status: 'done',
      detail: 'x'.repeat(5000),
    })
    await publish(valve, `${own}/set-position/reply`, { id: body.id, status: 'done', detail: { a: 1 } })
    const codes = async (device: string) =>
      (
        await shared.api<{ items: { code: string; items: { code: string }[] }[] }>(
          'GET',
          `/rejections?device=${device}`,
        )
      ).body.items
        .flatMap(({ items }) => items.map(({ code }) => code))
        .sort()
    assert.deepEqual(await codes('v-forger'), ['topic_not_allowed', 'topic_not_allowed', 'unknown_command'])
    assert.deepEqual(await codes('v-odd'), [
      'invalid_reply',
      'invalid_reply',
      'invalid_reply',
      'not_json',
      'unknown_command',
      'unknown_command',
    ])
    assert.equal((await commandOf(shared, body.id)).status, 'sent')
    await valve.publishAsync(
      `${own}/set-position/reply`,
      JSON.stringify({ id: command.id, status: 'done' }),
      {
        qos: 1,
        retain: true,
      },
    )
    assert.equal((await commandOf(shared, body.id)).status, 'done')
    await answer(valve, 'v-odd', command, { status: 'failed' })
    assert.equal((await commandOf(shared, body.id)).status, 'done', 'the first answer stands')
    assert.equal(received.length, 1)
    assert.deepEqual(overheard, [])
    const { body: entity } = await shared.api<{ quantities: object }>('GET', '/entities/v-odd')
    assert.deepEqual(entity.quantities, {})
  })

  it('an answer after the expiry is told, and does not make it done', async () => {
    const secret = await shared.addDevice('v-slow', { type: 'valve' })
    const valve = await connectDevice(shared.mqttPort, 'v-slow', secret)
    const received = await hearCommands(valve, 'v-slow')
    const { body } = await ask(shared, 'v-slow', 40, { expiresInS: 1 })
    const command = await until('the command', () => received[0])
    assert.match((await becomes(shared, body.id, 'expired')).detail ?? '', /whether it was done is not known/)
    await answer(valve, 'v-slow', command, { status: 'done', detail: 'slow motor' })
    const late = await commandOf(shared, body.id)
    assert.deepEqual(
      [late.status, late.detail],
      ['expired', 'the device answered "done" after it had expired: slow motor'],
    )
    assert.ok(late.answeredAt !== null && late.answeredAt > late.expiresAt)
  })

  it('a profile whose codec takes everything in does not read answers', async () => {
    const profile = { id: 'all', codec: 'mapping', topics: ['#'], mapping: '{"values": {"voltage": 1}}' }
    assert.equal((await shared.api('POST', '/profiles', profile)).status, 201)
    const secret = await shared.addDevice('v-mapped', { type: 'valve', profile: 'all' })
    const valve = await connectDevice(shared.mqttPort, 'v-mapped', secret)
    const ignored = await shared.metric('plumbline_ignored_total')
    await hearCommands(valve, 'v-mapped', (command) => void answer(valve, 'v-mapped', command))
    const { body } = await ask(shared, 'v-mapped', 40)
    await becomes(shared, body.id, 'done')
    assert.equal(await shared.metric('plumbline_ignored_total'), ignored + 1)
    const { body: entity } = await shared.api<{ quantities: object }>('GET', '/entities/v-mapped')
    assert.deepEqual(entity.quantities, {})
  })
})

describe('the call', () => {
  it('says what is wrong with it', async () => {
    await shared.addDevice('v-call', { type: 'valve' })
    await shared.addDevice('t-call', { type: 'tank' })
    await shared.api('POST', '/entities', { id: 'v-bare', type: 'valve' })
    await shared.addDevice('gw-call', { type: 'sensor', role: 'gateway' })
    await shared.addDevice('v-behind', { type: 'valve', gateways: ['gw-call'] })
    const said = async (entity: string, body: object) => {
      const { status, body: answer } = await shared.api<Answer>('POST', `/entities/${entity}/commands`, body)
      return `${status} ${answer.code} ${answer.detail}`
    }
    const set = (args: object) => ({ name: 'set-position', args })
    assert.equal(
      await said('v-call', set({ position: 101 })),
      '422 wrong_args args.position: takes a number from 0 to 100 %; got 101',
    )
    assert.match(await said('v-call', set({ position: '30' })), /^422 wrong_args .*got "30"$/)
    assert.match(await said('v-call', set({})), /^422 wrong_args .*got nothing$/)
    assert.match(
      await said('v-call', set({ position: 1, speed: 2 })),
      /^422 wrong_args args.speed: not known/,
    )
    assert.match(await said('v-call', { name: 'open' }), /^422 unknown_command .*set-position; got open$/)
    assert.match(await said('t-call', { name: 'open' }), /^422 unknown_command .*no commands/)
    assert.match(await said('nothing', set({ position: 1 })), /^404 entity_not_found/)
    assert.match(await said('v-bare', set({ position: 1 })), /^409 no_device/)
    assert.match(await said('v-behind', set({ position: 1 })), /^409 no_device .*gw-call/)
    assert.match(await said('v-call', { ...set({ position: 1 }), expiresInS: 0 }), /^400 not_valid/)
    const types = await shared.api<{ items: { id: string; commands: { reported: object }[] }[] }>(
      'GET',
      '/entity-types',
    )
    assert.deepEqual(types.body.items.find(({ id }) => id === 'valve')?.commands[0]?.reported, {
      quantity: 'valve-position',
      arg: 'position',
      tolerance: 1,
    })
  })

  it('asked for twice with one key is one; too many in a minute are refused', async () => {
    await shared.addDevice('v-keen', { type: 'valve' })
    const [one, two] = await Promise.all([
      ask(shared, 'v-keen', 5, { key: 'click-1' }),
      ask(shared, 'v-keen', 5, { key: 'click-1' }),
    ])
    assert.equal(one.body.id, two.body.id)
    assert.deepEqual([one.status, two.status].sort(), [200, 201])
    const other = await ask(shared, 'v-keen', 6, { key: 'click-1' })
    assert.deepEqual([other.status, other.body.code], [409, 'key_taken'])
    const statuses: number[] = []
    for (let i = 0; i < 24; i++) statuses.push((await ask(shared, 'v-keen', i)).status)
    assert.ok(statuses.includes(429) && statuses.includes(201))
    // Asked for before, it is found however many were asked for since.
    const retry = await ask(shared, 'v-keen', 5, { key: 'click-1' })
    assert.deepEqual([retry.status, retry.body.id], [200, one.body.id])
    const list = await shared.api<{ items: CommandDocument[]; next: string }>(
      'GET',
      '/entities/v-keen/commands?limit=2',
    )
    assert.equal(list.body.items.length, 2)
    const next = await shared.api<{ items: CommandDocument[] }>(
      'GET',
      `/commands?entity=v-keen&status=cancelled&cursor=${list.body.next}`,
    )
    assert.ok(next.body.items.every(({ status, entity }) => status === 'cancelled' && entity === 'v-keen'))
    const audit = await shared.api<{ items: { targets: string[]; actorName: string; summary: unknown }[] }>(
      'GET',
      '/audit?target=v-keen',
    )
    assert.match(JSON.stringify(audit.body.items), /POST \/api\/v1\/entities\/:id\/commands.*set-position/)
  })
})

it('every block of docs/commands.md does what it says, as it stands', async () => {
  const guide = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8')
  const script = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block]) => block ?? '')
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', shared.http)
    .replaceAll('-p 1883', `-p ${shared.mqttPort}`)
    .replace('TOKEN=…', `TOKEN=${ADMIN_TOKEN}`)
  const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: shared.dataFolder,
  })
  assert.match(stdout, /"status":"queued"/)
  assert.match(stdout, /"status":"done".*"detail":"turned"/)
})

it('kill -9 between queue and delivery, and between delivery and answer, loses nothing', async () => {
  const first = await startPlatformProcess()
  const secrets = {
    queued: await first.addDevice('queued', { type: 'valve' }),
    sent: await first.addDevice('sent', { type: 'valve' }),
  }
  const valve = await connectDevice(first.mqttPort, 'sent', secrets.sent)
  const received = await hearCommands(valve, 'sent')
  const asked = {
    queued: (await ask(first, 'queued', 30, { expiresInS: 600 })).body,
    sent: (await ask(first, 'sent', 40, { expiresInS: 600 })).body,
  }
  await until('the command', () => received[0])
  await first.kill('SIGKILL')

  const second = await startPlatformProcess({ DATA_DIR: first.dataFolder })
  for (const id of ['queued', 'sent'] as const) {
    const desired = (await desiredOf(second, id))['valve-position']
    assert.deepEqual([desired?.command, desired?.status], [asked[id].id, id])
    const back = await connectDevice(second.mqttPort, id, secrets[id])
    const again = await hearCommands(back, id, (command) => void answer(back, id, command))
    await becomes(second, asked[id].id, 'done')
    assert.deepEqual(
      again.map((command) => command.id),
      [asked[id].id],
    )
  }
})
