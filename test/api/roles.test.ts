import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { describe, it } from 'vitest'
import { type Access, allow, identify } from '../../api/access.ts'
import { ROLES, type Role } from '../../core/ports.ts'
import { startPlatformProcess } from '../support/platform-process.ts'

/** What docs/roles.md says: by call, who. */
const TABLE = new Map(
  [
    ...readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8').matchAll(
      /^\| `([A-Z]+ [^`]+)` \| ([^|]+) \|/gm,
    ),
  ].map(([, call = '', who = '']) => [call, who.trim()] as const),
)

type Caller = Role | 'nobody'
type Answer = 'in' | 'sign in first' | 'not this role'

function expected(who: string, caller: Caller): Answer {
  if (who === 'open') return 'in'
  // A person's token opens nothing there.
  if (who === 'device' || caller === 'nobody') return 'sign in first'
  const roles = who.split(',').map((role) => role.trim())
  return who === 'everyone' || caller === 'admin' || roles.includes(caller) ? 'in' : 'not this role'
}

describe('every route', () => {
  it('lets in whom docs/roles.md says, and nobody else; and there is no other route', async () => {
    const platform = await startPlatformProcess()
    const { paths } = (await (await fetch(`${platform.http}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    const calls = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    assert.deepEqual(calls.toSorted(), [...TABLE.keys()].toSorted())
    const unknown = [...TABLE.values()]
      .filter((who) => !['open', 'device', 'everyone'].includes(who))
      .flatMap((who) => who.split(','))
      .filter((role) => !ROLES.includes(role.trim() as Role))
    assert.deepEqual(unknown, [])

    const tokens = new Map<Caller, string | null>([['nobody', null]])
    for (const role of ROLES)
      tokens.set(
        role,
        (await platform.api<{ token: string }>('POST', '/tokens', { name: role, role })).body.token,
      )
    const faults: string[] = []
    for (const call of calls)
      for (const [caller, token] of tokens) {
        const answer = await ask(platform.http, call, token)
        const wanted = expected(TABLE.get(call) ?? '', caller)
        if (answer !== wanted) faults.push(`${call} by ${caller}: ${answer}, must be ${wanted}`)
      }
    assert.deepEqual(faults, [])
  })

  it('below /api/v1 names its roles, or the platform does not start', async () => {
    const app = Fastify()
    identify(app, { whoAsks: async () => null } as unknown as Access)
    app.get('/a', { onRequest: allow('operator') }, async () => 'a')
    app.get('/b', { config: { open: true } }, async () => 'b')
    assert.throws(() => app.get('/c', async () => 'c'), /GET \/c names no roles/)
    assert.throws(() => app.post('/d', { onRequest: async () => {} }, async () => 'd'), /names no roles/)
  })
})

/** Without a body that could change anything: who may come in gets further, whatever becomes of it. */
async function ask(http: string, call: string, token: string | null): Promise<Answer> {
  const [method = '', path = ''] = call.split(' ')
  const aborting = new AbortController()
  const response = await fetch(`${http}${path.replaceAll(/\{[^}]+\}/g, '9')}`, {
    method,
    redirect: 'manual',
    signal: aborting.signal,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  })
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  const { code } = isProblem ? ((await response.json()) as { code: string }) : { code: '' }
  // A stream has no end of its own.
  aborting.abort()
  assert.ok(response.status < 500, `${call}: ${response.status}`)
  if (code === 'role_not_allowed') return 'not this role'
  return code === 'not_signed_in' || code === 'wrong_credentials' ? 'sign in first' : 'in'
}
