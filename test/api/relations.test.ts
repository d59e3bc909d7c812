import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import {
  type PlatformProcess,
  startPlatformProcess,
  startSharedPlatform,
} from '../support/platform-process.ts'

interface Node {
  readonly id: string
  readonly depth?: number
}

let platform: PlatformProcess

beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

const make = (id: string, type: string) => platform.api('POST', '/entities', { id, type })
const join = (from: string, to: string, kind = 'feeds') =>
  platform.api<{ id: number; code?: string; detail?: string }>('POST', '/relations', { kind, from, to })
const ids = (items: readonly Node[]) => items.map(({ id }) => id).sort()

describe('relations', () => {
  it('are refused where they end nowhere, are there already or go round, with what is wrong', async () => {
    for (const id of ['v1', 'v2', 'v3']) await make(id, 'valve')
    const nowhere = await join('v1', 'no-such')
    assert.equal(nowhere.status, 404)
    assert.match(nowhere.body.detail ?? '', /to: no entity no-such/)
    assert.equal((await join('v1', 'v2')).status, 201)
    assert.equal((await join('v1', 'v2')).body.code, 'relation_exists')
    assert.equal((await join('v2', 'v3')).status, 201)
    const round = await join('v3', 'v1')
    assert.deepEqual([round.status, round.body.code], [422, 'relation_loop'])
    assert.match(round.body.detail ?? '', /v3 → v1 → v2 → v3/)
    const own = await join('v1', 'v1')
    assert.equal(own.body.code, 'relation_loop')
  })

  it('two that are right alone and go round together are not both made', async () => {
    for (const id of ['x1', 'x2']) await make(id, 'valve')
    const both = await Promise.all([join('x1', 'x2'), join('x2', 'x1')])
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 422])
  })

  it('say what loses supply when a valve closes, and what another one still feeds', async () => {
    await make('left', 'valve')
    await make('right', 'valve')
    for (const id of ['z1', 'z2']) await make(id, 'water-zone')
    for (const id of ['m1', 'm2', 'm3']) await make(id, 'water-meter')
    const items = [
      ['left', 'z1'],
      ['left', 'z2'],
      ['right', 'z2'],
      ['z1', 'm1'],
      ['z1', 'm2'],
      ['z2', 'm3'],
    ].map(([from, to]) => ({ kind: 'feeds', from, to }))
    const made = await platform.api('POST', '/relations/import', { items })
    assert.deepEqual([made.status, made.body], [201, { created: 6 }])
    const { body } = await platform.api<{ lost: Node[]; stillFed: Node[]; customers: number }>(
      'GET',
      '/entities/left/impact',
    )
    assert.deepEqual(ids(body.lost), ['m1', 'm2', 'z1'])
    assert.deepEqual(ids(body.stillFed), ['m3', 'z2'])
    assert.equal(body.customers, 2)
    const up = await platform.api<{ items: Node[] }>('GET', '/entities/m3/graph?direction=up')
    assert.deepEqual(
      up.body.items.map(({ id, depth }) => [id, depth]),
      [
        ['m3', 0],
        ['z2', -1],
        ['left', -2],
        ['right', -2],
      ],
    )
  })

  it('of a list are made all or none, each fault named by its place', async () => {
    const items = [
      { kind: 'measures', from: 'v1', to: 'z1' },
      { kind: 'feeds', from: 'm1', to: 'left' },
      { kind: 'feeds', from: 'v1', to: 'nobody' },
    ]
    const { status, body } = await platform.api<{ detail: string }>('POST', '/relations/import', { items })
    assert.equal(status, 422)
    assert.match(body.detail, /item 2: relation_loop.*item 3: entity_not_found/)
    const of = await platform.api<{ items: unknown[] }>('GET', '/relations?entity=v1&kind=measures')
    assert.deepEqual(of.body.items, [])
  })

  it('that are taken away are gone, also after the next start', async () => {
    const own = await startPlatformProcess()
    for (const id of ['a', 'b', 'c']) await own.api('POST', '/entities', { id, type: 'valve' })
    const relation = (from: string, to: string) =>
      own.api<{ id: number }>('POST', '/relations', { kind: 'feeds', from, to })
    const { body: first } = await relation('a', 'b')
    await relation('b', 'c')
    assert.equal((await own.api('DELETE', `/relations/${first.id}`)).status, 204)
    assert.equal((await own.api('DELETE', `/relations/${first.id}`)).status, 404)
    await own.kill('SIGTERM')
    const next = await startPlatformProcess({ DATA_DIR: own.dataFolder })
    const { body } = await next.api<{ items: { from: string; to: string }[] }>('GET', '/relations')
    assert.deepEqual(
      body.items.map(({ from, to }) => [from, to]),
      [['b', 'c']],
    )
    assert.equal((await next.api('POST', '/relations', { kind: 'feeds', from: 'c', to: 'a' })).status, 201)
  })
})
