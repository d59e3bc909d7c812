import assert from 'node:assert/strict'
import type { FastifyRequest } from 'fastify'
import { describe, it } from 'vitest'
import { RateLimit } from '../../api/rate-limit.ts'
import { nameOfToken, SignInGuard } from '../../api/sign-in-guard.ts'
import { listAudit } from '../../store/audit.ts'
import { Audit } from '../../store/audit-writer.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const freshGuard = async () => {
  const { db } = await embeddedStore()
  let now = 0
  const guard = new SignInGuard(new Audit(db, silent), () => now)
  const nextMinute = () => {
    now += 60_000
  }
  return { guard, nextMinute, db }
}
const times = (count: number, work: (i: number) => void) => Array.from({ length: count }, (_, i) => work(i))

describe('a limit', () => {
  it('counts by key and minute, and can be asked without counting', () => {
    let now = 0
    const limit = new RateLimit(2, 60_000, () => now)
    assert.equal(limit.isOver('a'), false)
    assert.deepEqual([limit.take('a'), limit.take('a'), limit.take('a')], [true, true, false])
    assert.deepEqual([limit.isOver('a'), limit.isOver('b')], [true, false])
    now = 60_000
    assert.equal(limit.isOver('a'), false)
  })
})

describe('wrong secrets', () => {
  it('slow one name from one address, then the address, and from everywhere the name', async () => {
    const { guard, nextMinute } = await freshGuard()
    times(10, () => guard.wrong('192.0.2.1', 'wm-1'))
    assert.equal(guard.isOver('192.0.2.1', 'wm-1'), true)
    assert.equal(guard.isOver('192.0.2.1', 'wm-2'), false)
    assert.equal(guard.isOver('192.0.2.2', 'wm-1'), false)
    times(90, (i) => guard.wrong('192.0.2.1', `x${i}`))
    assert.equal(guard.isOver('192.0.2.1', 'wm-2'), true)
    guard.right('198.51.100.1', 'wm-1')
    times(600, (i) => guard.wrong(`203.0.113.${i % 250}`, 'wm-1'))
    assert.equal(guard.isOver('192.0.2.9', 'wm-1'), true)
    // From where it was right before, nobody is locked out by strangers.
    assert.equal(guard.isOver('198.51.100.1', 'wm-1'), false)
    nextMinute()
    assert.equal(guard.isOver('192.0.2.1', 'wm-1'), false)
  })

  it('count an IPv6 network as one address', async () => {
    const { guard } = await freshGuard()
    times(10, (i) => guard.wrong(`2001:db8:0:1::${i.toString(16)}`, 'wm-1'))
    assert.equal(guard.isOver('2001:db8:0:1:ffff:ffff:ffff:ffff', 'wm-1'), true)
    assert.equal(guard.isOver('2001:db8:0:2::1', 'wm-1'), false)
    times(10, () => guard.wrong('::ffff:192.0.2.1', 'wm-1'))
    assert.equal(guard.isOver('::ffff:192.0.2.2', 'wm-1'), false)
  })

  it('are recorded, and of one that never ends ten an hour and how many more there were', async () => {
    const { guard, nextMinute, db } = await freshGuard()
    const request = { ip: '192.0.2.1' } as FastifyRequest
    for (let minute = 0; minute < 59; minute++) {
      await guard.failed(request, 'token:wall', 'wrong token')
      nextMinute()
    }
    nextMinute()
    await guard.failed(request, 'token:wall', 'wrong token')
    const rows = await listAudit(db, {
      since: null,
      actor: null,
      action: null,
      target: 'token:wall',
      before: null,
      limit: 100,
    })
    assert.equal(rows.length, 11)
    assert.deepEqual(JSON.parse(rows[0]?.summary ?? ''), { reason: 'wrong token', unrecorded: 49 })
  })

  it('name a token by its id, and never by its text', () => {
    assert.equal(nameOfToken(`plb_abcdefghijkl_${'s'.repeat(32)}`), 'token:abcdefghijkl')
    assert.equal(nameOfToken('what a person chose'), 'token:?')
  })
})

describe('over HTTP', () => {
  it('guessing is answered with 429 and when to come again, and even the right secret is not looked at', async () => {
    const platform = await startPlatformProcess()
    const signIn = (token: string) =>
      fetch(`${platform.http}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      })
    const { body: made } = await platform.api<{ token: string }>('POST', '/tokens', {
      name: 'x',
      role: 'operator',
    })
    const wrong = `${made.token.slice(0, -4)}0000`
    const bearer = (token: string) =>
      fetch(`${platform.http}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } })
    // By whatever door. A minute may turn meanwhile: then the count begins anew.
    const slowedAt = async (
      wrongOne: (i: number) => Promise<Response>,
      rightOne: () => Promise<Response>,
    ) => {
      for (let i = 0; i < 40; i++) {
        const { status } = await wrongOne(i)
        assert.ok(status === 401 || status === 429, `${status} at ${i}`)
        const answer = status === 429 && (await rightOne())
        if (answer && answer.status === 429) return answer
      }
      throw new Error('never slowed')
    }
    for (const door of [signIn, bearer]) {
      const answer = await slowedAt(
        (i) => (i % 2 ? signIn : bearer)(wrong),
        () => door(made.token),
      )
      const seconds = Number(answer.headers.get('retry-after'))
      assert.ok(seconds >= 1 && seconds <= 60)
      assert.equal(((await answer.json()) as { code: string }).code, 'too_many_attempts')
    }
    assert.equal((await signIn(ADMIN_TOKEN)).status, 200)

    const { body } = await platform.api<{ items: { action: string; targets: string[] }[] }>(
      'GET',
      '/audit?action=sign-in-failed',
    )
    assert.ok(body.items.length >= 10)
    assert.equal(body.items[0]?.targets[0], nameOfToken(made.token))
  })

  it('who asks is told by proxies that are trusted, and by nobody else', async () => {
    const failed = async (env: Record<string, string>) => {
      const platform = await startPlatformProcess(env)
      await fetch(`${platform.http}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' },
        body: '{"token":"wrong"}',
      })
      const { body } = await platform.api<{ items: { address: string }[] }>(
        'GET',
        '/audit?action=sign-in-failed',
      )
      return body.items[0]?.address
    }
    assert.equal(await failed({}), '127.0.0.1')
    assert.equal(await failed({ TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.1' }), '203.0.113.7')
  })
})
