import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { readConfig } from '../../config.ts'
import { startMailServer } from '../support/mail-server.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { runMain, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

const PASSWORD = 'p@ss word of the mail server'
const BODY = { id: 'duty', kind: 'email', name: 'Duty', recipients: ['lan@example.org'], language: 'en' }

describe('mail about alarms', () => {
  it('is set up by the administrator, tried, and sent; the password of the server is nowhere', async () => {
    const { taken, port } = await startMailServer({
      onAuth: ({ username, password }, _session, done) =>
        password === PASSWORD ? done(null, { user: username ?? '' }) : done(new Error('no')),
    })
    const platform = await startPlatformProcess({
      LOG_LEVEL: 'trace',
      SMTP_URL: `smtp://plumb%40line:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
      SMTP_FROM: 'Plumbline <alarms@example.org>',
      PUBLIC_URL: 'https://iot.example.org/',
    })
    const shown: string[] = []
    const call: typeof platform.api = async (method, path, body) => {
      const answer = await platform.api(method, path, body)
      shown.push(JSON.stringify(answer.body))
      return answer as never
    }
    for (const [change, text] of [
      [{ recipients: ['lan@example.org\r\nBcc: x@example.org'] }, /recipients\/0/],
      [{ recipients: ['lan@example.org', 'lan@example.org'] }, /twice/],
      [{ recipients: Array.from({ length: 21 }, (_, i) => `a${i}@example.org`) }, /recipients/],
      [{ recipients: undefined }, /recipients/],
      [{ url: 'http://127.0.0.1/' }, /url/],
      [{ kind: 'webhook' }, /url/],
    ] as const) {
      const { status, body } = await call('POST', '/notification-channels', { ...BODY, ...change })
      assert.equal(status, 400, JSON.stringify(change))
      assert.match(String(body.detail), text)
    }
    const made = await call('POST', '/notification-channels', BODY)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.deepEqual(
      [made.body.recipients, made.body.url, made.body.secret],
      [BODY.recipients, null, undefined],
    )
    assert.equal(
      (await call('PATCH', '/notification-channels/duty', { secret: 'sixteen characters' })).status,
      400,
    )
    assert.equal((await call('PATCH', '/notification-channels/duty', { severity: 'low' })).status, 200)
    assert.deepEqual((await call('POST', '/notification-channels/duty/test')).body, {
      isTaken: true,
      fault: null,
    })
    assert.equal(taken[0]?.user, 'plumb@line')

    const rule = {
      id: 'hot',
      nameVi: 'Nóng quá',
      nameEn: 'Too hot',
      severity: 'high',
      scope: { types: ['sensor'] },
    }
    const condition = { kind: 'threshold', quantity: 'temperature', above: 40 }
    assert.equal((await call('POST', '/alarm-rules', { ...rule, condition })).status, 201)
    const client = await connectDevice(
      platform.mqttPort,
      's-1',
      await platform.addDevice('s-1', { type: 'sensor' }),
    )
    await publish(client, 'devices/s-1/readings', { values: { temperature: 45 } })
    const mail = await until('the mail about the alarm', () =>
      taken.find(({ headers }) => headers.get('subject')?.includes('Too hot')),
    )
    assert.deepEqual(mail.recipients, ['lan@example.org'])
    assert.match(mail.text, /^Open the page: https:\/\/iot\.example\.org\/#\/alarms\?alarm=\d+$/m)

    await call('GET', '/notification-channels')
    await call('GET', '/audit')
    const everything = [...shown, JSON.stringify(platform.log)].join('\n')
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString('base64')])
      assert.equal(everything.includes(secret), false)
  })

  it('is refused as long as there is no mail server', async () => {
    const platform = await startPlatformProcess()
    const { status, body } = await platform.api('POST', '/notification-channels', BODY)
    assert.deepEqual([status, body.code], [409, 'no_mail_server'])
  })

  it('does not start with settings that cannot be meant', async () => {
    const good = { SMTP_URL: 'smtp://user:hunter22@mail.example.org', SMTP_FROM: 'alarms@example.org' }
    for (const [env, text] of [
      [
        { ...good, SMTP_URL: 'http://user:hunter22@mail.example.org' },
        /^SMTP_URL: got \(not shown\); takes smtp:/,
      ],
      [{ ...good, SMTP_URL: 'smtp://u:hunter22@mail.example.org/?tls=no' }, /nothing after host and port/],
      [{ ...good, SMTP_URL: 'smtp://u:hunter22%@mail.example.org' }, /percent-encoded/],
      [{ ...good, SMTP_FROM: 'alarms' }, /^SMTP_FROM: .* takes address@host/],
      [{ ...good, SMTP_FROM: 'a@example.org\r\nBcc: b@example.org' }, /^SMTP_FROM: /],
      [{ ...good, SMTP_FROM: '' }, /^SMTP_FROM: .* is needed as well/],
      [{ ...good, SMTP_PLAIN: '1', SMTP_URL: 'smtps://mail.example.org' }, /^SMTP_PLAIN: /],
      [{ SMTP_FROM: 'alarms@example.org' }, /^SMTP_FROM: .* needs SMTP_URL/],
      [{ PUBLIC_URL: 'https://iot.example.org/page' }, /^PUBLIC_URL: /],
    ] as const) {
      const read = readConfig(env)
      const stderr = 'faults' in read ? read.faults.join('\n') : ''
      assert.match(stderr, text)
      assert.doesNotMatch(stderr, /hunter22/)
    }
    const { code, stderr } = await runMain({ ...good, SMTP_FROM: '' })
    assert.deepEqual([code, stderr.includes('hunter22')], [78, false])
  })
})
