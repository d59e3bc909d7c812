import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it, onTestFinished } from 'vitest'
import type { Alarm } from '../../core/alarm.ts'
import { alarmMail, type MailWorld } from '../../digital-twin/alarms/alarm-mail.ts'
import { Alarms } from '../../digital-twin/alarms/alarms.ts'
import { Mailer, type MailServer } from '../../digital-twin/alarms/mailer.ts'
import { Notifier } from '../../digital-twin/alarms/notifier.ts'
import type { EmailChannel } from '../../store/notification-channels.ts'
import { channelRecords } from '../../store/notifications.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { startMailServer } from '../support/mail-server.ts'
import { silent } from '../support/silent-log.ts'

const S = 1_000_000
const T0 = Date.parse('2026-11-20T10:00:00Z') * 1000
const EVIL = 'Bơm\r\nBcc: evil@example.org\r\n\r\n<img src=x onerror=alert(1)>'

const world: MailWorld = {
  entityName: (id) => (id === 'pp-1' ? 'Điểm áp lực 1' : null),
  areaName: (code) => (code === '24133' ? 'Phường Tân Lợi' : null),
  publicUrl: 'https://iot.example.org',
  isSynthetic: false,
}
const mailServer = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  ...{ host: '127.0.0.1', port, tls: 'none', login: null },
  from: { name: 'Plumbline', address: 'alarms@example.org' },
  ...more,
})
const channel: EmailChannel = {
  ...{ id: 'duty', name: 'Trực ca', kind: 'email', recipients: ['lan@example.org', 'minh@example.org'] },
  ...{ language: 'vi', severity: 'high', kinds: ['process'], area: null, domain: null },
  ...{ remindMinutes: null, isEnabled: true, createdAt: T0 },
}
const alarm: Alarm = {
  ...{ id: 12, kind: 'process', rule: 'low', key: 'k', severity: 'critical', device: 'd-1', entity: 'pp-1' },
  ...{ area: '24133', address: null, text: 'Pressure low', textVi: 'Áp lực thấp', raisedAt: T0, lastAt: T0 },
  ...{ count: 1, quietS: null, clearedAt: null, acknowledgedAt: null, acknowledgedBy: null, note: null },
  ...{ shelvedUntil: null, shelvedBy: null, group: null, members: 40 },
  details: {
    ...{ ruleNameVi: 'Áp lực thấp', ruleNameEn: 'Low pressure', adviceVi: 'Kiểm tra bơm', adviceEn: null },
    ...{ quantity: 'temperature', value: 1.25, bound: 2, unit: 'Cel' },
  },
}

/** A notifier with one channel and a mail server; `laterBy` gives what was mailed in that time. */
async function mailing(more: Partial<EmailChannel> = {}) {
  const { db } = await embeddedStore()
  const clock = { us: T0 }
  const { taken, behaviour, port } = await startMailServer()
  const mail = {
    mailer: new Mailer(mailServer(port)),
    entityName: () => EVIL,
    publicUrl: null,
    isSynthetic: true,
  }
  const notifier = new Notifier(db, Buffer.alloc(32, 7), silent, { mail, now: () => clock.us })
  const alarms = new Alarms(
    db,
    () => null,
    silent,
    () => clock.us,
  )
  await alarms.start()
  onTestFinished(() => alarms.stop())
  await notifier.channels.put({ ...channel, ...more })
  const raise = (entity: string) =>
    alarms.raise({
      ...{
        kind: 'process',
        rule: 'low',
        key: `low/${entity}`,
        severity: 'high',
        device: null,
        address: null,
      },
      ...{ entity, text: EVIL, details: {}, quietS: null },
    })
  const laterBy = async (seconds: number) => {
    clock.us += seconds * S
    await alarms.look()
    const before = taken.length
    await notifier.look()
    return taken.slice(before)
  }
  return { db, notifier, alarms, behaviour, raise, laterBy }
}

describe('a mail about an alarm', () => {
  it('says what, where, since when and what to do, in either language, with a link', () => {
    const told = { event: 'raised', channel, alarm } as const
    const { subject, text, html, isUrgent } = alarmMail(told, world, T0)
    assert.equal(
      subject,
      '[Plumbline] Cảnh báo: NGUY CẤP: Áp lực thấp – Điểm áp lực 1 (pp-1), Phường Tân Lợi',
    )
    assert.match(text, /^Từ lúc: 17:00:00 20\/11\/2026 \(UTC\+7\)$/m)
    assert.match(text, /^Số cảnh báo kéo theo: 40$/m)
    assert.match(text, /: 1,25 °C \(ngưỡng 2\)$/m)
    assert.match(text, /^Việc cần làm: Kiểm tra bơm$/m)
    assert.match(text, /^Mở trang: https:\/\/iot\.example\.org\/#\/alarms\?alarm=12$/m)
    assert.match(html, /<a href="https:\/\/iot\.example\.org\/#\/alarms\?alarm=12">/)
    assert.equal(isUrgent, true)
    const english = alarmMail({ ...told, channel: { ...channel, language: 'en' } }, world, T0)
    assert.match(english.subject, /^\[Plumbline\] Alarm: CRITICAL: Low pressure – /)
    const simulated = alarmMail(told, { ...world, isSynthetic: true, publicUrl: null }, T0)
    assert.match(simulated.subject, /^\[Plumbline\] \[Mô phỏng\] /)
    assert.doesNotMatch(simulated.text, /http/)
  })

  it('has one line of subject and no markup but its own, whatever it is about is called', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(EVIL, '"><b>', '\u202egnp.exe', '\ud800'),
    )
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, text, note) => {
        const mail = alarmMail(
          {
            event: 'reminder',
            channel: { ...channel, name },
            alarm: { ...alarm, text, textVi: text, note, details: {} },
          },
          { ...world, entityName: () => name, areaName: () => text },
          T0,
        )
        assert.doesNotMatch(mail.subject, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        assert.ok([...mail.subject].length <= 200)
        assert.doesNotMatch(mail.text, /[\r\p{Cf}]/u)
        const tags = [...mail.html.matchAll(/<\/?([a-z!]+)/gi)].map(([, tag]) => tag)
        const own = new Set(['!doctype', 'html', 'body', 'p', 'b', 'table', 'tr', 'th', 'td', 'a', 'br'])
        assert.deepEqual(
          tags.filter((tag = '') => !own.has(tag.toLowerCase())),
          [],
        )
      }),
    )
  })
})

describe('a channel of mail', () => {
  it('tells all its recipients once of what is raised and over, as one thread, whatever stands in the names', async () => {
    const { alarms, raise, laterBy, notifier } = await mailing()
    raise('pp-1')
    await laterBy(0)
    const [raised, ...more] = await laterBy(4)
    assert.deepEqual(more, [])
    assert.deepEqual(raised?.recipients, channel.recipients)
    assert.match(
      raised?.headers.get('subject') ?? '',
      /^\[Plumbline\] \[Mô phỏng\] Cảnh báo: Cao: Bơm Bcc: evil/,
    )
    assert.equal(raised?.headers.get('bcc'), undefined)
    assert.equal(raised?.headers.get('auto-submitted'), 'auto-generated')
    assert.match(raised?.html ?? '', /&lt;img src=x/)
    assert.match(raised?.text ?? '', /Dữ liệu mô phỏng/)
    assert.deepEqual(await laterBy(4), [])
    alarms.clear('low/pp-1')
    const [cleared] = await laterBy(4)
    assert.match(cleared?.headers.get('subject') ?? '', /Hết cảnh báo/)
    assert.equal(cleared?.headers.get('in-reply-to'), raised?.headers.get('message-id'))
    assert.equal(await notifier.test(channel), null)
  })

  it('tries again what the server does not take for now, and says why', async () => {
    const { db, behaviour, raise, laterBy } = await mailing()
    behaviour.refuse = () => ({ code: 451, text: 'greylisted' })
    raise('pp-1')
    await laterBy(0)
    assert.deepEqual(await laterBy(4), [])
    const record = (await channelRecords(db)).get('duty')
    assert.deepEqual([record?.waiting, record?.sent], [1, 0])
    assert.match(record?.lastFault ?? '', /451 greylisted/)
    behaviour.refuse = () => null
    assert.deepEqual(await laterBy(4), [])
    assert.equal((await laterBy(2)).length, 1)
  })

  it('gives up what is refused eight times; one recipient who is refused does not stop the others', async () => {
    const { db, behaviour, raise, laterBy, notifier } = await mailing()
    behaviour.refuse = (recipient) =>
      recipient === 'lan@example.org' ? { code: 550, text: 'no such user' } : null
    raise('pp-1')
    await laterBy(0)
    const [first] = await laterBy(4)
    assert.deepEqual(first?.recipients, ['minh@example.org'])
    assert.match((await notifier.test(channel)) ?? '', /refuses lan@example\.org/)
    behaviour.refuse = () => ({ code: 550, text: 'no such user' })
    raise('pp-2')
    await laterBy(4)
    for (let i = 0; i < 10; i += 1) await laterBy(700)
    const record = (await channelRecords(db)).get('duty')
    assert.deepEqual([record?.sent, record?.waiting, record?.givenUp], [1, 0, 1])
  })
})

describe('the mailer', () => {
  const mail = alarmMail({ event: 'test', channel, alarm: null }, world, T0)

  it('hands over nothing without TLS, unless it was told so', async () => {
    const { taken, port } = await startMailServer()
    const { fault } = await new Mailer(mailServer(port, { tls: 'starttls' })).send(['lan@example.org'], mail)
    assert.match(fault ?? '', /TLS/)
    const atOnce = await new Mailer(mailServer(port, { tls: 'at-once' })).send(['lan@example.org'], mail)
    assert.notEqual(atOnce.fault, null)
    assert.deepEqual(taken, [])
  })

  it('trusts no certificate that nobody vouches for, and shows it no password', async () => {
    const logins: unknown[] = []
    const { taken, port } = await startMailServer({
      disabledCommands: [],
      onAuth(auth, _session, done) {
        logins.push(auth)
        done(null, { user: 'plumbline' })
      },
    })
    const login = { user: 'plumbline', pass: 'correct horse' }
    const { fault } = await new Mailer(mailServer(port, { tls: 'starttls', login })).send(
      ['lan@example.org'],
      mail,
    )
    assert.match(fault ?? '', /certificate|TLS/i)
    assert.deepEqual([taken, logins], [[], []])
  })

  it('says that the login is wrong without saying the login', async () => {
    const { taken, port } = await startMailServer({
      onAuth: ({ password }, _session, done) =>
        password === 'right' ? done(null, { user: 'plumbline' }) : done(new Error(`not ${password}`)),
    })
    const wrong = { user: 'plumbline', pass: 'correct horse' }
    const { fault } = await new Mailer(mailServer(port, { login: wrong })).send(['lan@example.org'], mail)
    assert.match(fault ?? '', /login of SMTP_URL \(535\)/)
    assert.doesNotMatch(fault ?? '', /horse/)
    const right = { user: 'plumbline', pass: 'right' }
    const sent = await new Mailer(mailServer(port, { login: right })).send(['lan@example.org'], mail)
    assert.deepEqual([sent.fault, taken[0]?.user], [null, 'plumbline'])
  })
})
