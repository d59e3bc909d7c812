import assert from 'node:assert/strict'
import Fastify from 'fastify'
import { describe, it } from 'vitest'
import { recordChanges } from '../../api/audit-trail.ts'
import { askerOf } from '../../api/sessions.ts'
import { listAudit } from '../../store/audit.ts'
import { Audit } from '../../store/audit-writer.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

describe('the trail of changes', () => {
  it('has what each route says of itself, also of half a change, and cuts what is too long', async () => {
    const { db } = await embeddedStore()
    const app = Fastify()
    app.decorateRequest('principal', null)
    app.addHook('onRequest', async (request) => {
      request.principal = askerOf({ id: 't1', name: 'x', role: 'integrator', createdAt: 0 })
    })
    recordChanges(app, new Audit(db, silent))
    app.post('/made', async (_request, reply) => reply.code(201).send({ id: 'new-1', token: 'hidden-1' }))
    app.put('/named/:a/:b', { config: { audit: 'swap-things' } }, async (_request, reply) =>
      reply.code(204).send(),
    )
    app.post('/dry', { config: { audit: false } }, async () => ({}))
    app.patch('/half/:id', async (_request, reply) => reply.code(500).send('{}'))
    app.delete('/refused/:id', async (_request, reply) => reply.code(409).send({}))
    app.post('/numbered/:id', async (request) => {
      // As a schema that coerces does.
      request.params = { id: 7 }
      return {}
    })
    app.get('/read', async () => ({}))
    const ask = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      app.inject({ method, url, ...(payload ? { payload } : {}) })
    await ask('POST', '/made?dry=0', { note: 'n'.repeat(100_000), secret: 'hidden-2' })
    await ask('PUT', '/named/x/y')
    await ask('POST', '/dry', { a: 1 })
    await ask('PATCH', '/half/h-1', { a: 1 })
    await ask('DELETE', '/refused/r-1')
    await ask('GET', '/read')
    assert.equal((await ask('POST', '/numbered/7')).statusCode, 200)
    const everything = { since: null, actor: null, action: null, target: null, before: null, limit: 100 }
    const rows = await until('the record of half a change', async () => {
      const found = await listAudit(db, everything)
      return found.length >= 4 && found.reverse()
    })
    assert.deepEqual(
      rows.map(({ actor, role, action, targets }) => [actor, role, action, targets]),
      [
        ['token:t1', 'integrator', 'POST /made', ['new-1']],
        ['token:t1', 'integrator', 'swap-things', ['x', 'y']],
        ['token:t1', 'integrator', 'PATCH /half/:id', ['h-1']],
        ['token:t1', 'integrator', 'POST /numbered/:id', ['7']],
      ],
    )
    const [made, , half] = rows.map(({ summary }) => JSON.parse(summary))
    assert.match(made.head, /^\{"status":201,"query":\{"dry":"0"\},"body":\{"note":"nnn/)
    assert.deepEqual(half, { status: 500, body: { a: 1 } })
    assert.ok(!JSON.stringify(rows).includes('hidden'))
  })
})
