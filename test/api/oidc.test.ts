import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { rolesIn } from '../../api/oidc/roles.ts'
import { Sessions } from '../../api/sessions.ts'
import { readConfig } from '../../config.ts'
import type { Role } from '../../core/ports.ts'
import type { Credentials } from '../../store/credentials.ts'
import { freePort } from '../support/free-port.ts'
import { type Misbehaviour, type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN, type PlatformProcess } from '../support/spawn-platform.ts'
import { openStream } from '../support/sse.ts'

const SECRET = 'the secret: of+the client/100%'

async function start(secret: string | null = SECRET, more: Record<string, string> = {}) {
  let port = 0
  const redirectUrl = () => `http://127.0.0.1:${port}/api/v1/session/oidc/callback`
  const provider = await startOidcProvider({ id: 'plumbline', secret, redirectUrl })
  // After the provider has its own, so that it does not get this one.
  port = await freePort()
  const platform = await startPlatformProcess({
    HTTP_PORT: String(port),
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: 'plumbline',
    ...(secret === null ? {} : { OIDC_CLIENT_SECRET: secret }),
    OIDC_REDIRECT_URL: redirectUrl(),
    OIDC_ROLE_CLAIM: 'realm_access.roles',
    OIDC_ROLES: 'ops=operator,stats=statistician,boss=admin',
    ...more,
  })
  return { provider, platform }
}

const cookieIn = (response: Response, name: string) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`)) ?? ''
const pair = (cookie: string) => cookie.split(';', 1)[0] ?? ''

/** A browser: begins, consents, comes back. `change` meddles with the address that leads back, or with its cookie. */
async function signIn(
  platform: PlatformProcess,
  provider: OidcProvider,
  change: (back: string, cookie: string) => [back: string, cookie: string] = (back, cookie) => [back, cookie],
) {
  const begun = await fetch(`${platform.http}/api/v1/session/oidc`, { redirect: 'manual' })
  assert.equal(begun.status, 302)
  const attempt = cookieIn(begun, 'plumbline_oidc')
  const [back, cookie] = change(await provider.consent(begun.headers.get('location') ?? ''), pair(attempt))
  const ended = await fetch(back, { redirect: 'manual', headers: { cookie } })
  return {
    attempt,
    ended,
    location: ended.headers.get('location'),
    session: cookieIn(ended, 'plumbline_session'),
  }
}

const whoIs = async (platform: PlatformProcess, session: string) =>
  fetch(`${platform.http}/api/v1/session`, { headers: { cookie: pair(session) } })

const CASES: [name: string, misbehave: Misbehaviour, code: string][] = [
  ['another nonce', { claims: { nonce: 'x' } }, 'oidc_not_valid'],
  ['no nonce', { claims: { nonce: undefined } }, 'oidc_not_valid'],
  ['another audience', { claims: { aud: 'other' } }, 'oidc_not_valid'],
  ['several audiences without azp', { claims: { aud: ['plumbline', 'other'] } }, 'oidc_not_valid'],
  ['made for another client', { claims: { aud: ['plumbline', 'other'], azp: 'other' } }, 'oidc_not_valid'],
  ['another issuer', { claims: { iss: 'http://127.0.0.1:9' } }, 'oidc_not_valid'],
  ['no subject', { claims: { sub: undefined } }, 'oidc_not_valid'],
  ['expired', { expiresInS: -120 }, 'oidc_not_valid'],
  ['alg none', { signedBy: 'nobody' }, 'oidc_not_valid'],
  ['another key', { signedBy: 'another' }, 'oidc_not_valid'],
  ['the client secret as key', { signedBy: 'client-secret' }, 'oidc_not_valid'],
  ['no exchange', { tokenStatus: 400 }, 'oidc_refused'],
  ['a fault of the provider', { tokenStatus: 500 }, 'oidc_unreachable'],
  ['no consent', { error: 'access_denied' }, 'oidc_refused'],
  ['no role of ours', { claims: { realm_access: { roles: ['admin', 'plumbline-admin'] } } }, 'oidc_no_role'],
  ['no role claim', { claims: { realm_access: undefined } }, 'oidc_no_role'],
]

describe('sign-in by an OpenID Connect provider', () => {
  it('gives a person a session with the roles of their claims, until it ends or they sign out', async () => {
    const { provider, platform } = await start()
    provider.claims = { name: 'Nguyễn An', realm_access: { roles: ['ops', 'stats', 'other'] } }
    const options = await fetch(`${platform.http}/api/v1/session/options`)
    assert.deepEqual(await options.json(), { oidc: { name: new URL(provider.issuer).host } })

    const { attempt, ended, location, session } = await signIn(platform, provider)
    assert.match(attempt, /HttpOnly/)
    assert.match(attempt, /SameSite=Lax/)
    assert.deepEqual([ended.status, location], [303, '/'])
    assert.match(session, /HttpOnly/)
    assert.match(session, /SameSite=Strict/)
    assert.match(session, /Max-Age=28800/)
    assert.equal(provider.exchanges[0]?.form.get('client_secret'), null)
    const who = (await (await whoIs(platform, session)).json()) as Record<string, unknown>
    assert.deepEqual(
      [who.role, who.roles, who.name],
      ['statistician', ['operator', 'statistician'], 'Nguyễn An'],
    )

    const call = (method: string, path: string, body?: object) =>
      fetch(`${platform.http}/api/v1${path}`, {
        method,
        headers: {
          cookie: pair(session),
          'sec-fetch-site': 'same-origin',
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    const population = { area: '24133', year: 2025, basis: 'average', value: 8, source: 'test' }
    assert.equal((await call('POST', '/populations', population)).status, 201)
    assert.equal((await call('GET', '/rejections')).status, 200)
    assert.equal((await call('GET', '/tokens')).status, 403)
    assert.equal((await call('POST', '/devices', {})).status, 403)
    assert.equal((await call('DELETE', '/session')).status, 204)
    // A copy of the cookie is worth nothing either.
    assert.equal((await whoIs(platform, session)).status, 401)

    const { body } = await platform.api<{ items: Record<string, unknown>[] }>('GET', '/audit?actor=oidc:p-1')
    assert.deepEqual(
      body.items.map(({ action, actorName, role }) => [action, actorName, role]),
      [
        ['sign-out', 'Nguyễn An', 'statistician'],
        ['POST /api/v1/populations', 'Nguyễn An', 'statistician'],
        ['sign-in', 'Nguyễn An', 'statistician'],
      ],
    )
  })

  // In halves: wrong sign-ins from one address are slowed after ten.
  for (const half of [CASES.slice(0, 8), CASES.slice(8)])
    it(`believes only what the provider signed for this client and this attempt: not ${half[0]?.[0]} …`, async () => {
      const { provider, platform } = await start()
      provider.claims = { realm_access: { roles: ['boss'] } }
      for (const [name, misbehave, code] of half) {
        provider.misbehave = misbehave
        const { location, session } = await signIn(platform, provider)
        assert.deepEqual([name, location, session], [name, `/#sign-in-failed=${code}`, ''])
      }
      provider.misbehave = {}
      assert.equal((await signIn(platform, provider)).location, '/')
      const { body } = await platform.api<{ items: { summary: { reason: string } }[] }>(
        'GET',
        '/audit?action=sign-in-failed&target=oidc',
      )
      assert.equal(body.items.length, half.length)
      assert.match(body.items.at(-1)?.summary.reason ?? '', /^oidc_not_valid: /)
    })

  it('takes back only the browser that it sent, once', async () => {
    const { provider, platform } = await start(null)
    provider.claims = { realm_access: { roles: ['ops'] } }
    const refused = '/#sign-in-failed=oidc_not_valid'
    const other = await signIn(platform, provider)
    assert.equal(other.location, '/')
    assert.equal(provider.exchanges[0]?.form.get('client_id'), 'plumbline')
    const withoutCookie = await signIn(platform, provider, (back) => [back, ''])
    assert.equal(withoutCookie.location, refused)
    const cookieOfOther = await signIn(platform, provider, (back) => [back, pair(other.attempt)])
    assert.equal(cookieOfOther.location, refused)
    const otherState = await signIn(platform, provider, (back, cookie) => [
      back.replace(/state=[^&]*/, 'state=x'),
      cookie,
    ])
    assert.equal(otherState.location, refused)
    const otherIssuer = await signIn(platform, provider, (back, cookie) => [
      `${back}&iss=http%3A%2F%2Felsewhere`,
      cookie,
    ])
    assert.equal(otherIssuer.location, refused)
    let kept: [string, string] = ['', '']
    await signIn(platform, provider, (back, cookie) => {
      kept = [back, cookie]
      return kept
    })
    const again = await fetch(kept[0], { redirect: 'manual', headers: { cookie: kept[1] } })
    assert.equal(again.headers.get('location'), '/#sign-in-failed=oidc_refused')
  })

  it('says that the provider is away, while tokens still work', async () => {
    const { provider, platform } = await start()
    await provider.close()
    const begun = await fetch(`${platform.http}/api/v1/session/oidc`, { redirect: 'manual' })
    assert.deepEqual(
      [begun.status, begun.headers.get('location')],
      [303, '/#sign-in-failed=oidc_unreachable'],
    )
    const byToken = await fetch(`${platform.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    })
    assert.equal(byToken.status, 200)
    await openStream(`${platform.http}/api/v1/stream`, ADMIN_TOKEN)
  })
})

describe('the session of a person', () => {
  it('ends at its time, and what it opened with it', async () => {
    const { platform } = await start()
    const key = Buffer.from(readFileSync(join(platform.dataFolder, 'secret.key'), 'utf8').trim(), 'base64')
    const sessions = new Sessions({ token: () => null } as unknown as Credentials, key)
    const person = { subject: 'p-1', name: 'An', roles: ['integrator', 'operator'] } as const
    await platform.addDevice('wm-1')
    const cookie = `plumbline_session=${await sessions.ofPerson(person, 3)}`
    const headers = { cookie, accept: 'text/event-stream' }
    const opened = await Promise.all(
      ['/stream', '/devices/wm-1/messages'].map((path) =>
        fetch(`${platform.http}/api/v1${path}`, { headers }),
      ),
    )
    for (const stream of opened) assert.equal(stream.status, 200)
    await Promise.all(opened.map((stream) => stream.text()))
    assert.equal((await whoIs(platform, cookie)).status, 401)
    const forged = new Sessions({ token: () => null } as unknown as Credentials, Buffer.alloc(32))
    const other = `plumbline_session=${await forged.ofPerson({ ...person, roles: ['admin'] }, 60)}`
    assert.equal((await whoIs(platform, other)).status, 401)
  })
})

describe('the roles in claims', () => {
  const mapping = new Map<string, Role>([
    ['ops', 'operator'],
    ['boss', 'admin'],
  ])
  it('are found by name or path, in a list or a text, and nothing else gives any', () => {
    assert.deepEqual(rolesIn({ roles: ['ops', 'boss'] }, 'roles', mapping), ['admin', 'operator'])
    assert.deepEqual(rolesIn({ roles: 'ops other' }, 'roles', mapping), ['operator'])
    assert.deepEqual(rolesIn({ a: { b: { c: ['boss'] } } }, 'a.b.c', mapping), ['admin'])
    assert.deepEqual(rolesIn({ 'https://x.example/roles': ['ops'] }, 'https://x.example/roles', mapping), [
      'operator',
    ])
    for (const claims of [
      {},
      { roles: null },
      { roles: { ops: true } },
      { roles: [['ops', 'x']] },
      { roles: 7 },
    ])
      assert.deepEqual(rolesIn(claims, 'roles', mapping), [], JSON.stringify(claims))
    assert.deepEqual(rolesIn({}, 'constructor.name', mapping), [])
  })
})

describe('the settings of OpenID Connect', () => {
  it('belong together, and take https only, but for this machine', () => {
    const faults = (env: Record<string, string>) => {
      const read = readConfig(env)
      return 'faults' in read ? read.faults.map((fault) => fault.split(':', 1)[0]) : []
    }
    const sound = {
      OIDC_ISSUER: 'https://sso.example.org/realms/x',
      OIDC_CLIENT_ID: 'plumbline',
      OIDC_REDIRECT_URL: 'https://iot.example.org/api/v1/session/oidc/callback',
    }
    assert.deepEqual(faults(sound), [])
    assert.deepEqual(faults({ OIDC_ISSUER: sound.OIDC_ISSUER }), ['OIDC_CLIENT_ID', 'OIDC_REDIRECT_URL'])
    assert.deepEqual(faults({ OIDC_CLIENT_ID: 'x' }), ['OIDC_CLIENT_ID'])
    assert.deepEqual(faults({ ...sound, OIDC_ISSUER: 'http://sso.example.org' }), ['OIDC_ISSUER'])
    assert.deepEqual(faults({ ...sound, OIDC_ISSUER: 'http://localhost:8081/realms/x' }), [])
    for (const roles of ['x', 'x=root', '=admin', 'a=admin=b'])
      assert.deepEqual(faults({ ...sound, OIDC_ROLES: roles }), ['OIDC_ROLES'], roles)
    const wrongSecret = readConfig({ OIDC_CLIENT_SECRET: 'do not show me' })
    assert.doesNotMatch(JSON.stringify(wrongSecret), /do not show me/)
  })
})
