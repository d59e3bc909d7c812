import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { startOidcProvider } from '../support/oidc-provider.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

describe('the log at its most talkative', () => {
  it('holds no secret, right or wrong, of a device, a token, a session or the OIDC client', async () => {
    const clientSecret = 'oidc-client-secret-value'
    let port = 0
    const redirectUrl = () => `http://127.0.0.1:${port}/api/v1/session/oidc/callback`
    const provider = await startOidcProvider({
      id: 'plumbline',
      secret: clientSecret,
      redirectUrl,
    })
    // After the provider has its own, so that it does not get this one.
    port = await freePort()
    const platform = await startPlatformProcess({
      LOG_LEVEL: 'trace',
      HTTP_PORT: String(port),
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'plumbline',
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_REDIRECT_URL: redirectUrl(),
    })
    const written: string[] = []
    for (const stream of [platform.process.stdout, platform.process.stderr])
      stream?.on('data', (chunk) => void written.push(String(chunk)))
    const secrets = new Map<string, string>([
      ['the administrator’s token', ADMIN_TOKEN],
      ['the client secret', clientSecret],
    ])
    const call = async (method: string, path: string, headers: Record<string, string>, body?: string) =>
      fetch(`${platform.http}${path}`, {
        method,
        headers,
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
      })
    const json = { 'content-type': 'application/json' }

    const device = await platform.addDevice('wm-1')
    secrets.set('a device’s secret', device)
    const renewed = await platform.api<{ credentials: { password: string } }>(
      'POST',
      '/devices/wm-1/credentials',
    )
    const now = renewed.body.credentials.password
    secrets.set('a device’s renewed secret', now)
    const token = (await platform.api<{ token: string }>('POST', '/tokens', { name: 'x', role: 'operator' }))
      .body.token
    secrets.set('a token', token)

    secrets.set('a wrong password over MQTT', 'wrong-over-mqtt')
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', 'wrong-over-mqtt'))
    secrets.set('a wrong token over MQTT', 'wrong-token-over-mqtt')
    await assert.rejects(
      connectDevice(platform.mqttPort, 'token', 'wrong-token-over-mqtt', { clientId: 'wall' }),
    )
    const client = await connectDevice(platform.mqttPort, 'wm-1', now)
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 1 } })
    await publish(client, 'devices/wm-1/readings', 'no json')
    await connectDevice(platform.mqttPort, 'token', token, { clientId: 'wall' })

    for (const [name, password] of [
      ['a Basic header', now],
      ['a wrong Basic header', 'wrong-over-http'],
    ] as const) {
      secrets.set(name, basic('wm-1', password).slice(6))
      secrets.set(`${name}, read`, password)
      await call(
        'POST',
        '/ingest/devices/wm-1/readings',
        { authorization: basic('wm-1', password) },
        '{"values":{"x":1}}',
      )
    }
    secrets.set('a wrong bearer', 'wrong-bearer-text')
    await call('GET', '/api/v1/entities', { authorization: 'Bearer wrong-bearer-text' })
    secrets.set('a wrong sign-in', 'wrong-sign-in-text')
    await call('POST', '/api/v1/session', json, '{"token":"wrong-sign-in-text"}')
    await call('POST', '/api/v1/session', json, '{"token":"wrong-sign-in-text" broken')
    await call('POST', '/api/v1/session', { authorization: `Bearer ${token}` })
    const session = await call('POST', '/api/v1/session', json, JSON.stringify({ token }))
    const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    secrets.set('a session', cookie.split('=')[1] ?? '')
    await call('GET', '/api/v1/session', { cookie })
    await call('DELETE', '/api/v1/session', { cookie, 'sec-fetch-site': 'same-origin' })
    const begun = await call('GET', '/api/v1/session/oidc', {})
    secrets.set('a sign-in under way', begun.headers.get('set-cookie')?.split(';', 1)[0]?.split('=')[1] ?? '')
    provider.misbehave = { tokenStatus: 400 }
    secrets.set('a code of the provider', 'the-code-of-the-provider')
    await call('GET', '/api/v1/session/oidc/callback?code=the-code-of-the-provider&state=x', {
      cookie: begun.headers.get('set-cookie')?.split(';', 1)[0] ?? '',
    })
    await platform.api('POST', '/tokens', { name: 'not valid', role: 'root' })

    await until('what was done to be in the log', () =>
      /refused/.test(JSON.stringify(platform.log) + written.join('')),
    )
    assert.equal(await platform.kill('SIGTERM'), 0)
    const log = JSON.stringify(platform.log) + written.join('')
    assert.ok(platform.log.length > 3)
    for (const [name, secret] of secrets) {
      assert.ok(secret.length >= 8, name)
      assert.ok(!log.includes(secret), `the log holds ${name}`)
    }
  })
})
