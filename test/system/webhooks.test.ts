import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { startSharedPlatform } from '../support/platform-process.ts'

const sample = (path: string) => readFileSync(new URL(`../samples/${path}`, import.meta.url))
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

let world: Awaited<ReturnType<typeof setUp>>
beforeAll(async () => {
  world = await setUp()
})
afterAll(() => world.platform.kill('SIGTERM'))

async function setUp() {
  // The samples are of years ago.
  const platform = await startSharedPlatform({ RETENTION_DAYS: '36500' })
  const secret = await platform.addDevice('ns-1', {
    type: 'sensor',
    role: 'gateway',
    children: { mode: 'create', type: 'water-meter' },
  })
  const bad = await platform.api('POST', '/mappings', {
    id: 'bad',
    topic: 'bad/#',
    expression: '$error("no")',
  })
  assert.equal(bad.status, 201, JSON.stringify(bad.body))
  const post = async (path: string, headers: Record<string, string>, body: Buffer | string) => {
    const response = await fetch(`${platform.http}/ingest/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })
    return { status: response.status, text: await response.text() }
  }
  const signal = async (entity: string) => {
    const { body } = await platform.api<{ quantities?: Record<string, { value: number }> }>(
      'GET',
      `/entities/${entity}`,
    )
    return body.quantities?.['signal-strength']?.value
  }
  const rejected = async () =>
    (await platform.api<{ items: { topic: string; code: string }[] }>('GET', '/rejections')).body.items
  return { platform, secret, post, signal, rejected }
}

describe('webhooks', () => {
  it('of The Things Stack come in at the topic that its own broker uses', async () => {
    const { secret, post, signal } = world
    const body = sample('the-things-stack/v3-docs-uplink-mqtt.json')
    const answer = await post('v3/app1@ttn/devices/dev1/up', { authorization: basic('ns-1', secret) }, body)
    assert.deepEqual(answer, { status: 204, text: '' })
    assert.equal(typeof (await signal('ns-1.dev1')), 'number')
    // Some clients encode the @.
    assert.equal(
      (await post('v3/app1%40ttn/devices/dev1/up', { 'x-api-key': `ns-1:${secret}` }, body)).status,
      204,
    )
  })

  it('of ChirpStack name their event in the query, which becomes the end of the topic', async () => {
    const { secret, post, signal } = world
    const at = 'application/17c82e96/device/-'
    const authorization = `Bearer ns-1:${secret}`
    const body = sample('chirpstack/v4-docs-up.json')
    assert.equal((await post(`${at}?event=up`, { authorization }, body)).status, 204)
    assert.equal(await signal('ns-1.0101010101010101'), -36)
    const join = sample('chirpstack/v4-docs-join.json')
    assert.equal((await post(`${at}/?accept=always&event=join`, { authorization }, join)).status, 204)
    assert.equal((await post(`${at}?event=a/b`, { authorization }, join)).status, 400)
  })

  it('get 204 for what is refused where they ask for it, once the refusal is recorded', async () => {
    const { platform, secret, post, rejected } = world
    const stored = await platform.metric('plumbline_observations_stored_total')
    const authorization = basic('ns-1', secret)
    assert.equal((await post('bad/1', { authorization }, '{}')).status, 422)
    for (const [path, body, code] of [
      ['bad/2', '{}', 'mapping_failed'],
      ['unread/1', '{}', 'no_codec'],
      ['devices/wm-9/readings', '{}', 'topic_not_allowed'],
      ['bad/large', Buffer.alloc(300_000, 'x'), 'payload_too_large'],
    ] as const) {
      assert.equal((await post(`${path}?accept=always`, { authorization }, body)).status, 204, path)
      const record = (await rejected()).find(({ topic }) => topic === path)
      assert.equal(record?.code, code, path)
    }
    assert.equal((await post('bad/3?accept=always', { authorization: basic('ns-1', 'x') }, '{}')).status, 401)
    assert.equal((await post('bad/3?accept=sometimes', { authorization }, '{}')).status, 400)
    assert.equal(await platform.metric('plumbline_observations_stored_total'), stored)
  })

  it('sign in by Basic, Bearer or X-API-Key, and by nothing that is half right', async () => {
    const { platform, secret, post } = world
    const other = await platform.addDevice('wm-1')
    const path = 'v3/app1@ttn/devices/dev1/up'
    const body = sample('the-things-stack/v3-docs-uplink-mqtt.json')
    for (const [headers, status] of [
      [{ authorization: `bearer ns-1:${secret}` }, 204],
      [{ 'x-api-key': `ns-1:${secret}` }, 204],
      [{ 'x-api-key': `ns-1:${secret}`, authorization: basic('ns-1', secret) }, 204],
      [{ 'x-api-key': `ns-1:${secret}`, authorization: basic('wm-1', other) }, 401],
      [{ 'x-api-key': `ns-1:${secret}`, authorization: 'Bearer x' }, 401],
      [{ 'x-api-key': secret }, 401],
      [{ authorization: 'Bearer' }, 401],
      [{ authorization: `Digest ns-1:${secret}` }, 401],
      [{ authorization: 'Bearer administrator-of-a-test' }, 401],
      [{}, 401],
    ] as [Record<string, string>, number][])
      assert.equal((await post(path, headers, body)).status, status, JSON.stringify(headers))
  })
})
