import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, onTestFinished, vi } from 'vitest'
import { Alarms } from '../../digital-twin/alarms/alarms.ts'
import { type MailParts, Notifier } from '../../digital-twin/alarms/notifier.ts'
import { type Db, DbError, type Statement } from '../../store/db.ts'
import type { WebhookChannel } from '../../store/notification-channels.ts'
import { channelRecords } from '../../store/notifications.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

const S = 1_000_000
const T0 = Date.parse('2026-11-20T10:00:00Z') * 1000
const SECRET = 'sixteen characters'

/** An HTTP server that answers as it is told, and what it was sent. */
async function receiver() {
  const taken: {
    body: { event: string; alarm: { entity: string } | null }
    text: string
    headers: IncomingHttpHeaders
  }[] = []
  const answer = { status: 204, before: async () => {} }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', async () => {
      await answer.before()
      if (answer.status < 300) taken.push({ body: JSON.parse(text), text, headers: request.headers })
      response.writeHead(answer.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { taken, answer, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

/** The database, but for statements that it refuses. */
const failingOn = (db: Db, isRefused: (text: string) => boolean): Db =>
  new Proxy(db, {
    get(target, name) {
      if (name === 'query')
        return async (statement: Statement) => {
          if (isRefused(statement.text)) throw new DbError('08006', 'away')
          return target.query(statement)
        }
      const found = Reflect.get(target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })

async function notifying(more: Partial<WebhookChannel> = {}, mail: MailParts | null = null) {
  const { db: real } = await embeddedStore()
  const notes = { failing: 0 }
  const db = failingOn(real, (text) => text.includes('update notification') && notes.failing-- > 0)
  const clock = { us: T0 }
  const { taken, answer, url } = await receiver()
  /** Null: up to now. */
  const grouped: { at: number | null } = { at: null }
  const notifier = new Notifier(db, Buffer.alloc(32, 7), silent, {
    mail,
    now: () => clock.us,
    settledAt: () => grouped.at ?? clock.us,
  })
  const alarms = new Alarms(
    db,
    () => null,
    silent,
    () => clock.us,
  )
  await alarms.start()
  onTestFinished(() => alarms.stop())
  const channel: WebhookChannel = {
    ...{ id: 'duty', name: 'Duty', kind: 'webhook', url, secret: SECRET, severity: 'high' },
    ...{ kinds: ['process'], area: null, domain: null, remindMinutes: 30, isEnabled: true, createdAt: T0 },
    ...more,
  }
  await notifier.channels.put(channel)
  const raise = (entity: string, severity: 'low' | 'high' | 'critical') =>
    alarms.raise({
      ...{
        kind: 'process',
        rule: 'low',
        key: `low/${entity}`,
        severity,
        device: null,
        address: null,
        entity,
      },
      ...{ text: 'low', details: {}, quietS: null },
    })
  /** After so many seconds: what was told since. */
  const laterBy = async (seconds: number) => {
    clock.us += seconds * S
    await alarms.look()
    const before = taken.length
    await notifier.look()
    return taken.slice(before).map(({ body }) => `${body.event} ${body.alarm?.entity}`)
  }
  return { db, notes, notifier, alarms, grouped, taken, answer, channel, raise, laterBy }
}

it('is started again, after a start that failed, without a second clock', async () => {
  const { db } = await embeddedStore()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const alarms = new Alarms(db, () => null, silent)
  const notifier = new Notifier(db, Buffer.alloc(32, 7), silent)
  for (let i = 0; i < 2; i++) {
    await alarms.start()
    notifier.start()
  }
  await alarms.stop()
  await notifier.stop()
  assert.equal(vi.getTimerCount(), 0)
})

describe('a channel', () => {
  it('is told once of what is raised, not acknowledged and cleared, signed, from its severity on', async () => {
    const { alarms, taken, raise, laterBy } = await notifying()
    raise('m-1', 'high')
    raise('m-2', 'low')
    await laterBy(0)
    assert.deepEqual(await laterBy(4), ['raised m-1'])
    assert.deepEqual(await laterBy(4), [])
    assert.deepEqual(await laterBy(1800), ['reminder m-1'])
    alarms.clear('low/m-1')
    assert.deepEqual(await laterBy(4), ['cleared m-1'])
    assert.deepEqual(await laterBy(4000), [])
    const [{ text, headers } = { text: '', headers: {} as IncomingHttpHeaders }] = taken
    const signed = createHmac('sha256', SECRET).update(`${headers['x-plumbline-timestamp']}.${text}`)
    assert.equal(headers['x-plumbline-signature'], `sha256=${signed.digest('hex')}`)
  })

  it('is not told of what is shelved, nor reminded of what somebody has seen', async () => {
    const { alarms, raise, laterBy } = await notifying()
    raise('m-1', 'high')
    raise('m-2', 'high')
    await laterBy(0)
    const ids = [...alarms.recent()].toSorted((a, b) => a.key.localeCompare(b.key)).map(({ id }) => id)
    await alarms.act(ids[0] ?? 0, { what: 'shelve', until: T0 + 600 * S }, 'Lan', null)
    assert.deepEqual(await laterBy(4), ['raised m-2'])
    await alarms.act(ids[1] ?? 0, { what: 'acknowledge' }, 'Lan', null)
    // The shelf is over.
    assert.deepEqual(await laterBy(1000), ['raised m-1'])
    assert.deepEqual(await laterBy(1000), ['reminder m-1'])
  })

  it('waits in a flood until alarms are in their groups, a minute at most', async () => {
    const { alarms, grouped, raise, laterBy } = await notifying()
    raise('m-1', 'high')
    await laterBy(1)
    assert.equal(alarms.settledAt, T0 + S)
    grouped.at = T0 - S
    assert.deepEqual(await laterBy(30), [])
    grouped.at = T0
    assert.deepEqual(await laterBy(1), ['raised m-1'])
    grouped.at = T0
    raise('m-2', 'high')
    assert.deepEqual(await laterBy(50), [])
    assert.deepEqual(await laterBy(20), ['raised m-2'])
  })

  it('is not told again of what is under way when the note of another is lost', async () => {
    const { notes, answer, taken, raise, laterBy } = await notifying({ remindMinutes: null })
    raise('m-1', 'high')
    raise('m-2', 'high')
    await laterBy(0)
    const answers = Promise.withResolvers<void>()
    let [asked, isOver] = [0, false]
    answer.before = async () => {
      if (asked++ > 0) await answers.promise
    }
    notes.failing = 1
    const looking = laterBy(4).finally(() => {
      isOver = true
    })
    await until('the note to be lost', () => notes.failing < 1)
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    assert.equal(isOver, false)
    answers.resolve()
    await looking
    assert.equal(taken.length, 2)
  })

  it('is told while a mail server takes its time', async () => {
    const answers = Promise.withResolvers<{ fault: null; refused: [] }>()
    let mails = 0
    const mailer = {
      send: () => {
        mails += 1
        return answers.promise
      },
    }
    const world = { mailer, entityName: () => null, publicUrl: null, isSynthetic: false }
    const { notifier, taken, channel, raise, laterBy } = await notifying({ remindMinutes: null }, world)
    const { url: _url, secret: _secret, ...rest } = channel
    const recipients = ['lan@example.org']
    await notifier.channels.put({ ...rest, id: 'slow', kind: 'email', recipients, language: 'vi' })
    raise('m-1', 'high')
    await laterBy(0)
    const first = laterBy(4)
    await until('the mail to be under way', () => mails === 1 && taken.length === 1)
    raise('m-2', 'high')
    const later = [laterBy(4), laterBy(4)]
    await until('the second alarm to be told of', async () => {
      later.push(laterBy(1))
      return taken.length === 2
    })
    assert.equal(mails, 1)
    answers.resolve({ fault: null, refused: [] })
    await Promise.all([first, ...later])
  })

  it('that does not take a message is tried again, ever more slowly, and given up', async () => {
    const { db, answer, raise, laterBy, notifier } = await notifying({ remindMinutes: null })
    answer.status = 500
    raise('m-1', 'critical')
    await laterBy(0)
    assert.deepEqual(await laterBy(4), [])
    answer.status = 200
    assert.deepEqual(await laterBy(4), [])
    assert.deepEqual(await laterBy(2), ['raised m-1'])
    answer.status = 302
    raise('m-2', 'critical')
    await laterBy(4)
    for (let i = 0; i < 10; i += 1) await laterBy(700)
    const record = (await channelRecords(db)).get('duty')
    assert.deepEqual(
      [record?.sent, record?.waiting, record?.givenUp, record?.lastFault],
      [1, 0, 1, 'answered 302'],
    )
    const other = new Notifier(db, Buffer.alloc(32, 8), silent)
    const [unreadable] = await other.channels.list()
    assert.equal(unreadable?.kind === 'webhook' && unreadable.secret, null)
    assert.match((unreadable && (await other.test(unreadable))) ?? '', /secret/)
    await notifier.stop()
  })
})
