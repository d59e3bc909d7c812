import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { freePort } from '../support/free-port.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

/** Every page and answer, also of what is not there or fails. */
const PAGES = [
  '/',
  '/docs/',
  '/openapi.json',
  '/healthz',
  '/readyz',
  '/metrics',
  '/nowhere',
  '/%zz',
  '/..%2f..%2fetc',
]
const DATA = [
  '/api/v1/entities',
  '/api/v1/nowhere',
  '/api/v1/stream',
  '/api/v1/entities?limit=x',
  '/ingest/devices/x/readings',
]

describe('every page and answer', () => {
  it('says how a browser must take it', async () => {
    const platform = await startPlatformProcess()
    for (const path of [...PAGES, ...DATA]) {
      const aborting = new AbortController()
      const response = await fetch(`${platform.http}${path}`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        signal: aborting.signal,
      })
      const header = (name: string) => response.headers.get(name) ?? ''
      assert.equal(header('x-content-type-options'), 'nosniff', path)
      assert.equal(header('referrer-policy'), 'no-referrer', path)
      assert.equal(header('x-frame-options'), 'DENY', path)
      assert.match(header('permissions-policy'), /geolocation=\(\)/, path)
      assert.match(header('cross-origin-opener-policy'), /same-origin/, path)
      const policy = header('content-security-policy')
      assert.match(policy, /frame-ancestors 'none'/, path)
      assert.match(policy, /base-uri 'none'/, path)
      assert.match(policy, /default-src '(self|none)'/, path)
      assert.doesNotMatch(policy, /unsafe-|\*|https?:/, path)
      assert.equal(response.headers.get('strict-transport-security'), null, path)
      if (DATA.includes(path)) assert.equal(header('cache-control'), 'no-store', path)
      assert.equal(response.headers.get('access-control-allow-origin'), null, path)
      aborting.abort()
    }
  })

  it('under TLS also that it is to be asked under TLS only', async () => {
    const folder = freshDataFolder()
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes']
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert])
    const platform = await startPlatformProcess({
      TLS_CERT_FILE: cert,
      TLS_KEY_FILE: key,
      MQTTS_PORT: String(await freePort()),
    })
    const ask = (path: string, method: string, body?: string) =>
      new Promise<{ hsts: string | undefined; cookie: string }>((resolve, reject) => {
        const headers = { 'content-type': 'application/json' }
        const asking = request(
          `${platform.http}${path}`,
          { method, headers, rejectUnauthorized: false },
          async (answer) => {
            await text(answer)
            const { 'strict-transport-security': hsts, 'set-cookie': cookies = [] } = answer.headers
            resolve({ hsts, cookie: cookies.join() })
          },
        )
        asking.once('error', reject)
        asking.end(body)
      })
    for (const path of ['/', '/api/v1/entities', '/nowhere'])
      assert.match((await ask(path, 'GET')).hsts ?? '', /max-age=31536000/, path)
    const signedIn = await ask('/api/v1/session', 'POST', JSON.stringify({ token: ADMIN_TOKEN }))
    assert.match(signedIn.cookie, /Secure/)
  })
})

describe('a browser on another site', () => {
  it('changes nothing with the cookie of a person that is signed in', async () => {
    const platform = await startPlatformProcess()
    const signedIn = await fetch(`${platform.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    })
    const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const create = (headers: Record<string, string>) =>
      fetch(`${platform.http}/api/v1/tokens`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: '{"name":"x","role":"operator"}',
      })
    const { host } = new URL(platform.http)
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
      { origin: `http://${host}.evil.example` },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', origin: platform.http },
      // A browser that says nothing is not believed.
      {},
    ]
    for (const headers of foreign) assert.equal((await create(headers)).status, 401, JSON.stringify(headers))
    assert.equal((await create({ 'sec-fetch-site': 'same-origin' })).status, 201)
    assert.equal((await create({ origin: platform.http })).status, 201)
    // What a form can send without asking first is no sign-in, and no change.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      assert.ok((await create({ origin: platform.http, 'content-type': type })).status >= 400, type)
    // Nor does any answer let another origin read it.
    const preflight = await fetch(`${platform.http}/api/v1/tokens`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    })
    assert.equal(preflight.headers.get('access-control-allow-origin'), null)
  })

  it('does not get MQTT over WebSocket, unless its origin was named', async () => {
    const platform = await startPlatformProcess({
      MQTT_WS_ORIGINS: 'https://wall.example, https://other.example',
    })
    const port = Number(new URL(platform.http).port)
    const upgrade = (origin: string | null) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(
            `GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: mqtt\r\n${origin === null ? '' : `Origin: ${origin}\r\n`}\r\n`,
          ),
        )
        socket.once('error', reject)
        socket.once('data', (bytes) => {
          resolve(bytes.toString('latin1').split(' ')[1] ?? '')
          socket.destroy()
        })
      })
    for (const origin of [null, platform.http, 'https://wall.example', 'https://other.example'])
      assert.equal(await upgrade(origin), '101', String(origin))
    for (const origin of [
      'http://evil.example',
      `http://127.0.0.1:${port}.evil.example`,
      'null',
      'http://127.0.0.1:1',
      '',
    ])
      assert.equal(await upgrade(origin), '403', origin)
  })
})
