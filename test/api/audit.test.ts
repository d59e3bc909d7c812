import assert from 'node:assert/strict'
import pg from 'pg'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { startPlatformProcess } from '../support/platform-process.ts'
import { type Postgres, postgresBin, startPostgres } from '../support/postgres.ts'
import { ADMIN_TOKEN, type PlatformProcess } from '../support/spawn-platform.ts'
import { until } from '../support/until.ts'

interface Record {
  id: number
  actor: string
  actorName: string
  role: string | null
  action: string
  targets: string[]
  address: string
  summary: { status?: number; body?: { [name: string]: unknown }; reason?: string; head?: string }
  prevHash: string
  hash: string
}

const auditOf = async (platform: PlatformProcess, query = '') =>
  (await platform.api<{ items: Record[]; next?: string }>('GET', `/audit${query}`)).body

const signIn = (platform: PlatformProcess, token: string) =>
  fetch(`${platform.http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })

describe('the audit log of the API', () => {
  it('has every change that was made, and nothing that was not', async () => {
    const platform = await startPlatformProcess()
    const { api } = platform
    const since = new Date().toISOString()
    await platform.addDevice('wm-1')
    await api('PATCH', '/devices/wm-1', { intervalS: 60 })
    await api('POST', '/devices/wm-1/credentials')
    const { body: made } = await api<{ id: string; token: string }>('POST', '/tokens', {
      name: 'x',
      role: 'operator',
    })
    await api('POST', '/populations', {
      area: '24133',
      year: 2025,
      basis: 'average',
      value: 8,
      source: 'test',
    })
    await api('DELETE', '/devices/wm-1')
    // Changes nothing: refused, not found, a dry run, a read.
    await api('POST', '/devices', { id: 'not valid!' })
    await api('DELETE', '/devices/none')
    await api('POST', '/decode', { format: 'canonical', topic: '', payload: '' })
    await api('GET', '/devices')
    const signedIn = await signIn(platform, made.token)
    await signIn(platform, 'a wrong one')
    await fetch(`${platform.http}/api/v1/session`, {
      method: 'DELETE',
      headers: {
        cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '',
        'sec-fetch-site': 'same-origin',
      },
    })
    const { items } = await auditOf(platform, `?since=${since}`)
    assert.deepEqual(
      items.reverse().map(({ actor, action, targets, role }) => [actor, role, action, targets]),
      [
        ['token:admin', 'admin', 'POST /api/v1/devices', ['wm-1']],
        ['token:admin', 'admin', 'PATCH /api/v1/devices/:id', ['wm-1']],
        ['token:admin', 'admin', 'POST /api/v1/devices/:id/credentials', ['wm-1']],
        ['token:admin', 'admin', 'POST /api/v1/tokens', [made.id]],
        ['token:admin', 'admin', 'POST /api/v1/populations', ['24133']],
        ['token:admin', 'admin', 'DELETE /api/v1/devices/:id', ['wm-1']],
        [`token:${made.id}`, 'operator', 'sign-in', []],
        ['anonymous', null, 'sign-in-failed', ['token:?']],
        [`token:${made.id}`, 'operator', 'sign-out', []],
      ],
    )
    assert.deepEqual(items[1]?.summary, { status: 200, body: { intervalS: 60 } })
    assert.equal(items[0]?.address, '127.0.0.1')
    const all = await auditOf(platform)
    assert.deepEqual(
      all.items.slice(-2).map(({ actor, action }) => [actor, action]),
      [
        ['platform', 'admin-token-set'],
        ['platform', 'platform-started'],
      ],
    )
    for (const secret of [made.token, ADMIN_TOKEN, 'a wrong one'])
      assert.ok(!JSON.stringify(all).includes(secret))

    const of = async (query: string) =>
      (await auditOf(platform, `?${query}`)).items.map(({ action }) => action)
    assert.equal((await of('target=wm-1')).length, 4)
    assert.deepEqual(await of(`actor=token:${made.id}`), ['sign-out', 'sign-in'])
    assert.deepEqual(await of('action=sign-in-failed'), ['sign-in-failed'])
    assert.deepEqual(await of('since=2999-01-01T00:00:00Z'), [])
    const first = await auditOf(platform, '?limit=10')
    const second = await auditOf(platform, `?limit=10&cursor=${first.next}`)
    assert.deepEqual([...first.items, ...second.items], all.items)
    assert.equal((await api('GET', '/audit?actor=%00')).status, 400)
    const { body: verdict } = await api('GET', '/audit/verify')
    assert.deepEqual(verdict, { intact: true, count: all.items.length, head: all.items[0]?.hash })
  })
})

describe.skipIf(postgresBin() === null)('a change whose record cannot be written', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it('is not answered as a success, and is recorded once it can be; people can still sign in', async () => {
    const url = await postgres.createDatabase('held')
    const platform = await startPlatformProcess({ DATABASE_URL: url, STORE_PLAIN: '1' })
    await until('the record of the start', async () => (await auditOf(platform)).items.length > 1)
    const holder = new pg.Client(url)
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin')
    await holder.query('lock table audit in exclusive mode')
    const population = { area: '24133', year: 2025, basis: 'average', value: 8, source: 'test' }
    const [held, session] = await Promise.all([
      platform.api('POST', '/populations', population),
      signIn(platform, ADMIN_TOKEN),
    ])
    assert.deepEqual([held.status, held.body.code], [503, 'not_audited'])
    assert.equal(held.headers.get('content-type'), 'application/problem+json')
    assert.equal(session.status, 200)
    assert.equal((await platform.api<{ items: unknown[] }>('GET', '/populations')).body.items.length, 1)
    assert.ok(
      platform.log.some(({ level, msg }) => level === 50 && /audit records were not written/.test(msg)),
    )
    await holder.query('rollback')
    await until('both records', async () => {
      const { items } = await auditOf(platform)
      const actions = items.map(({ action }) => action)
      return actions.includes('POST /api/v1/populations') && actions.includes('sign-in')
    })
    assert.equal((await platform.api('GET', '/audit/verify')).body.intact, true)
  })

  it('keeps nobody out while the database is away from the start on, and has it once that is back', async () => {
    const url = await postgres.createDatabase('away')
    const env = { DATABASE_URL: url, STORE_PLAIN: '1' }
    const before = await startPlatformProcess(env)
    await before.kill('SIGTERM')
    await postgres.end('SIGINT')
    const platform = await startPlatformProcess({ ...env, DATA_DIR: before.dataFolder })
    assert.equal((await signIn(platform, ADMIN_TOKEN)).status, 200)
    assert.equal((await signIn(platform, 'a wrong one')).status, 401)
    await postgres.start()
    const actions = await until('the records', async () => {
      const { status, body } = await platform.api<{ items: Record[] }>('GET', '/audit')
      const found = status === 200 ? body.items.map(({ action }) => action) : []
      return found.includes('sign-in-failed') && found
    })
    assert.deepEqual(actions, [
      'sign-in-failed',
      'sign-in',
      'platform-started',
      'admin-token-set',
      'platform-started',
    ])
  })
})
