import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Sealer } from '../../store/sealed.ts'
import { UpstreamStore } from '../../store/upstreams.ts'
import { addDevice, embeddedStore } from '../support/data-folder.ts'
import { upstreamTo } from '../upstream/upstreams-under-test.ts'

const KEY = Buffer.alloc(32, 1)

describe('a sealed secret', () => {
  it('opens to the same text, with the same key and for the same purpose only', () => {
    const sealer = new Sealer(KEY)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, purpose) => {
        const sealed = sealer.seal(text, purpose)
        assert.equal(sealer.open(sealed, purpose), text)
        assert.equal(sealer.open(sealed, `${purpose}.`), null)
        assert.equal(new Sealer(Buffer.alloc(32, 2)).open(sealed, purpose), null)
        const at = sealed.length - 1
        sealed[at] = (sealed[at] ?? 0) ^ 1
        assert.equal(sealer.open(sealed, purpose), null)
      }),
    )
  })

  it('says nothing of any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => new Sealer(KEY).open(bytes, '') === null))
  })

  it('is never sealed the same way twice', () => {
    const sealer = new Sealer(KEY)
    assert.notDeepEqual(sealer.seal('same', 'p'), sealer.seal('same', 'p'))
  })
})

describe('the upstreams in the store', () => {
  it('come back as they went in, with their secrets hidden meanwhile', async () => {
    const { db } = await embeddedStore()
    await addDevice(db, 'gw-1')
    const store = new UpstreamStore(db, KEY)
    const upstream = upstreamTo('mqtts://broker.example', {
      username: 'u',
      password: 'very secret',
      ca: 'CA',
      cert: 'CERT',
      key: 'also secret',
      topics: [
        { filter: 'a/+/ă', qos: 2 },
        { filter: 'b/#', qos: 0 },
      ],
      retained: 'take',
      createdAt: 1_700_000_000_000_000,
    })
    assert.equal(await store.insert(upstream), true)
    assert.equal(await store.insert({ ...upstream, url: 'mqtt://other' }), false)
    assert.deepEqual(JSON.parse(JSON.stringify(await store.list())), [upstream])
    const { rows } = await db.query<{ hidden: string }>({
      text: `select encode(sealed_password, 'hex') || encode(sealed_key, 'hex') as hidden from upstream`,
    })
    assert.ok(rows[0] && !rows[0].hidden.includes(Buffer.from('secret').toString('hex')))
    await store.putLogin('up-1', { ...upstream, password: null, cert: null, key: null })
    const changed = await store.find('up-1')
    assert.deepEqual([changed?.password, changed?.key, changed?.isUnreadable], [null, null, false])
    assert.equal(await store.remove('up-1'), true)
    assert.equal(await store.remove('up-1'), false)
    assert.equal(await store.find('up-1'), null)
  })

  it('say so when their secrets were sealed with another key', async () => {
    const { db } = await embeddedStore()
    await addDevice(db, 'gw-1')
    await new UpstreamStore(db, KEY).insert(upstreamTo('mqtt://x', { password: 'p' }))
    const found = await new UpstreamStore(db, Buffer.alloc(32, 9)).find('up-1')
    assert.deepEqual([found?.isUnreadable, found?.password], [true, null])
  })
})
