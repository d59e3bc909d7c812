import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observation } from '../../core/message.ts'
import { Sources } from '../../ingest/sources.ts'
import type { Db } from '../../store/db.ts'
import type { NewDevice } from '../../store/device.ts'
import { Wiring } from '../../store/profiles.ts'
import { Registry } from '../../store/registry.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { newDevice } from '../support/new-device.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

let db: Db
beforeAll(async () => {
  const store = await openStore(
    { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false },
    silent,
    () => {},
  )
  db = store.db
})
afterAll(() => db.close())

async function registryWith(...devices: NewDevice[]) {
  await db.query({ text: 'truncate device_area, device, entity cascade' })
  const registry = await Registry.load(db)
  const wiring = await Wiring.load(db)
  await registry.createAll(devices, 1)
  const sources = new Sources(registry, wiring, silent)
  const owner = (sender: string, ...names: string[]) => {
    const known = registry.device(sender)
    if (!known) throw new Error(`no device ${sender}`)
    const found = sources.ownerOf(known, names)
    // As for a reading that is good.
    if (found.ok) sources.mean(found.value)
    return found.ok ? found.value.device : found.error.code
  }
  const observed = (of: string) => ({ device: of }) as Observation
  return { registry, wiring, sources, owner, observed, db }
}

const gateway = (id: string, more: Partial<NewDevice> = {}) => newDevice(id, { role: 'gateway', ...more })

describe('a gateway', () => {
  it('speaks for a device by any of its names, in any case, and for itself', async () => {
    const { owner } = await registryWith(
      gateway('gw', { externalIds: ['portal-9'] }),
      newDevice('m', { externalIds: ['70B3D57ED0001234', 'Meter 7'], gateways: ['gw'] }),
    )
    expect(owner('gw', '70b3d57ed0001234')).toBe('m')
    expect(owner('gw', 'dev1', 'METER 7')).toBe('m')
    expect(owner('gw', 'm')).toBe('m')
    expect(owner('gw')).toBe('gw')
    expect(owner('gw', 'Portal-9')).toBe('gw')
  })

  it('becomes the gateway of one that nobody speaks for, and no other one may then', async () => {
    const { owner, registry } = await registryWith(
      gateway('gw-1'),
      gateway('gw-2'),
      newDevice('m', { externalIds: ['m-7'] }),
    )
    expect(owner('gw-1', 'm-7')).toBe('m')
    await until('it is bound', () => registry.device('m')?.gateways.includes('gw-1'))
    expect(owner('gw-1', 'm-7')).toBe('m')
    expect(owner('gw-2', 'm-7')).toBe('source_not_allowed')
  })

  it('may not speak for a device by its id alone, unless it is bound to it', async () => {
    const { owner } = await registryWith(gateway('gw'), newDevice('wm-1'))
    expect(owner('gw', 'wm-1')).toBe('gw.wm-1')
  })

  it('has a device made for each new name, once, with the next commit', async () => {
    const { owner, sources, registry, observed } = await registryWith(gateway('gw', { area: '24133' }))
    expect(owner('gw', 'Hồ Đắk Min')).toBe('gw.ho-dak-min')
    expect(owner('gw', 'hồ đắk min')).toBe('gw.ho-dak-min')
    const other = owner('gw', 'Ho Dak-Min')
    expect(other).toMatch(/^gw\.ho-dak-min-[0-9a-f]{12}$/)
    expect(owner('gw', 'x'.repeat(300)).length).toBeLessThanOrEqual(64)
    expect(registry.device('gw.ho-dak-min')).toBeUndefined()
    await sources.ensure([observed('gw.ho-dak-min'), observed('gw')])
    expect(registry.device('gw.ho-dak-min')).toMatchObject({ isUnclaimed: true, gateways: ['gw'] })
    expect(registry.entity('gw.ho-dak-min')?.area).toBe('24133')
    expect(registry.device(other)).toBeUndefined()
    expect(owner('gw', 'HỒ ĐẮK MIN')).toBe('gw.ho-dak-min')
  })

  it('two gateways may have children of one name, each its own', async () => {
    const { owner, sources, observed } = await registryWith(gateway('gw-1'), gateway('gw-2'))
    expect(owner('gw-1', 'Device A')).toBe('gw-1.device-a')
    await sources.ensure([observed('gw-1.device-a')])
    expect(owner('gw-2', 'Device A')).toBe('gw-2.device-a')
  })

  it('brings no more than its rule allows', async () => {
    const rule = { mode: 'create', type: 'sensor', profile: null, area: null, max: 2 } as const
    const { owner } = await registryWith(gateway('gw', { children: rule }))
    expect([owner('gw', 'a'), owner('gw', 'b'), owner('gw', 'c'), owner('gw', 'a')]).toEqual([
      'gw.a',
      'gw.b',
      'too_many_children',
      'gw.a',
    ])
  })

  it('holds or refuses where its rule says so', async () => {
    const rule = { type: 'sensor', profile: null, area: null, max: 2 }
    const { owner, sources } = await registryWith(
      gateway('holding', { children: { ...rule, mode: 'hold' } }),
      gateway('refusing', { children: { ...rule, mode: 'refuse' } }),
    )
    expect(owner('refusing', 'a')).toBe('source_not_allowed')
    expect([owner('holding', 'a'), owner('holding', 'A')]).toEqual(['device_held', 'device_held'])
    expect(sources.waiting('holding')).toMatchObject([{ source: 'A', count: 2 }])
    for (let i = 0; i < 1100; i++) owner('holding', `d${i}`)
    expect(sources.waiting('holding')).toHaveLength(1000)
  })

  it('a retired device is nobody to speak for', async () => {
    const { owner, registry } = await registryWith(
      gateway('gw'),
      newDevice('m', { externalIds: ['m-7'], gateways: ['gw'] }),
    )
    await registry.retire('m', 1)
    expect(owner('gw', 'm')).toBe('device_retired')
    expect(owner('gw', 'm-7')).toBe('device_retired')
  })

  it('one that was retired does not come back under another id, and another may have its name', async () => {
    const { owner, registry, sources, observed } = await registryWith(gateway('gw'))
    expect(owner('gw', 'meter')).toBe('gw.meter')
    await sources.ensure([observed('gw.meter')])
    await registry.retire('gw.meter', 1)
    expect(owner('gw', 'meter')).toBe('device_retired')
    expect(
      await registry.create(newDevice('new', { externalIds: ['meter'], gateways: ['gw'] }), 2),
    ).toBeNull()
    expect(owner('gw', 'meter')).toBe('new')
  })

  it('two that name an unbound device at once: the first one has it', async () => {
    const { owner } = await registryWith(
      gateway('gw-1'),
      gateway('gw-2'),
      newDevice('m', { externalIds: ['m-7'] }),
    )
    expect([owner('gw-1', 'm-7'), owner('gw-2', 'm-7'), owner('gw-1', 'm-7')]).toEqual([
      'm',
      'source_not_allowed',
      'm',
    ])
  })

  it('a friendly name that is taken elsewhere does not hide the device’s own other name', async () => {
    const { owner } = await registryWith(
      gateway('gw-1'),
      gateway('gw-2'),
      newDevice('kitchen', { externalIds: ['kitchen'], gateways: ['gw-1'] }),
      newDevice('m', { externalIds: ['0x01'], gateways: ['gw-2'] }),
    )
    expect(owner('gw-2', 'kitchen', '0x01')).toBe('m')
  })

  it('an id that is meant for its child is nobody else’s in between', async () => {
    const { owner, registry, sources, observed } = await registryWith(gateway('gw'))
    expect(owner('gw', 'x')).toBe('gw.x')
    expect(await registry.create(newDevice('gw.x'), 1)).toBe('id_taken')
    await sources.ensure([observed('gw.x')])
    expect(registry.device('gw.x')).toMatchObject({ isUnclaimed: true })
  })

  it('a source of no good reading takes nothing: neither an id nor a place', async () => {
    const rule = { mode: 'create', type: 'sensor', profile: null, area: null, max: 1 } as const
    const { owner, registry, sources } = await registryWith(gateway('gw', { children: rule }))
    const sender = registry.device('gw')
    if (!sender) throw new Error('no gateway')
    for (let i = 0; i < 100; i++) expect(sources.ownerOf(sender, [`bad ${i}`]).ok).toBe(true)
    expect(await registry.create(newDevice('gw.bad-1'), 1)).toBeNull()
    // What a person has registered meanwhile is not its own.
    expect(owner('gw', 'bad 1')).toMatch(/^gw\.bad-1-[0-9a-f]{12}$/)
  })

  it('two batches at once make a device once', async () => {
    const { owner, registry, sources, observed } = await registryWith(gateway('gw'))
    for (const name of ['a', 'b', 'c']) owner('gw', name)
    await Promise.all([
      sources.ensure([observed('gw.a'), observed('gw.b')]),
      sources.ensure([observed('gw.b'), observed('gw.c')]),
      sources.ensure([observed('gw.a')]),
    ])
    expect(['gw.a', 'gw.b', 'gw.c'].every((id) => registry.device(id))).toBe(true)
  })

  it('a device that is there from a transaction whose end was not heard of is found at the next try', async () => {
    const { owner, registry, sources, observed, db } = await registryWith(gateway('gw'))
    owner('gw', 'a')
    const elsewhere = await Registry.load(db)
    await elsewhere.createAll(
      [newDevice('gw.a', { externalIds: ['a'], gateways: ['gw'], isUnclaimed: true })],
      1,
    )
    await expect(sources.ensure([observed('gw.a')])).rejects.toMatchObject({ code: '40001' })
    await sources.ensure([observed('gw.a')])
    expect(registry.device('gw.a')).toMatchObject({ gateways: ['gw'] })
    expect(owner('gw', 'a')).toBe('gw.a')
  })

  it('a device of somebody else that is there unheard of is not spoken for', async () => {
    const { owner, registry, sources, observed, db } = await registryWith(gateway('gw'))
    owner('gw', 'a')
    const elsewhere = await Registry.load(db)
    await elsewhere.createAll([newDevice('gw.a')], 1)
    await expect(sources.ensure([observed('gw.a')])).rejects.toMatchObject({ code: '23505' })
    expect(registry.device('gw.a')).toMatchObject({ isUnclaimed: false })
    expect(owner('gw', 'a')).toMatch(/^gw\.a-/)
  })

  it('a profile that went while its device was meant is left out', async () => {
    const { registry, wiring, sources, owner, observed, db } = await registryWith(gateway('gw'))
    const profile = { id: 'p', name: '', codec: null, topics: [], entityType: null, intervalS: null }
    const rest = { utcOffsetMinutes: null, fields: {}, decoder: null, decoderExamples: [], mapping: null }
    await wiring.putProfile({ ...profile, ...rest, access: null, updatedAt: 1 })
    const children = { mode: 'create', type: 'sensor', profile: 'p', area: null, max: 9 } as const
    await registry.update('gw', { children })
    owner('gw', 'a')
    owner('gw', 'b')
    // Gone from the database, and not heard of yet.
    await db.query({ text: "delete from profile where id = 'p'" })
    await expect(sources.ensure([observed('gw.a')])).rejects.toMatchObject({ code: '40001' })
    await sources.ensure([observed('gw.a')])
    await wiring.deleteProfile('p')
    await sources.ensure([observed('gw.b')])
    expect(registry.device('gw.a')?.profile).toBeNull()
    expect(registry.device('gw.b')?.profile).toBeNull()
  })

  it('a name that is longer than names are is one device all the same, and costs as little', async () => {
    const rule = { mode: 'create', type: 'sensor', profile: null, area: null, max: 2 } as const
    const { owner, registry, sources, observed } = await registryWith(
      gateway('gw', { children: rule }),
      newDevice('plug'),
    )
    const long = 'x'.repeat(200_000)
    const id = owner('gw', `${long}1`)
    for (let i = 0; i < 5; i++) {
      await sources.ensure([observed(id)])
      expect(owner('gw', `${long}1`)).toBe(id)
    }
    expect(registry.unclaimedBehind('gw')).toBe(1)
    expect(owner('gw', `${long}2`)).not.toBe(id)
    expect(owner('plug', long)).toBe('plug')
    await until('it is stored', () => registry.device('plug')?.externalIds[0]?.length === 128)
    expect(owner('plug', long)).toBe('plug')
    expect(owner('plug', `${long}2`)).toBe('source_not_allowed')
  })

  it('a place that was freed may be taken again', async () => {
    const rule = { mode: 'create', type: 'sensor', profile: null, area: null, max: 1 } as const
    const { owner, registry, sources, observed } = await registryWith(gateway('gw', { children: rule }))
    owner('gw', 'a')
    await sources.ensure([observed('gw.a')])
    expect(owner('gw', 'b')).toBe('too_many_children')
    await registry.update('gw.a', { isUnclaimed: false })
    expect(owner('gw', 'b')).toBe('gw.b')
  })
})

describe('the registry', () => {
  it('gives a name or a client id once, also where two ask at the same time', async () => {
    const { registry } = await registryWith(newDevice('a'), newDevice('b'))
    expect(
      (
        await Promise.all([
          registry.create(newDevice('c', { externalIds: ['X'], clientId: 'k' }), 1),
          registry.create(newDevice('d', { externalIds: ['x'] }), 1),
          registry.create(newDevice('e', { clientId: 'k' }), 1),
          registry.create(newDevice('c'), 1),
          registry.update('a', { externalIds: ['y'] }),
          registry.update('b', { externalIds: ['Y'] }),
        ])
      ).map(String),
    ).toEqual(['null', 'external_id_taken', 'client_id_taken', 'id_taken', 'null', 'external_id_taken'])
  })

  it('finds a device behind its gateway without looking at those of other gateways', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => gateway(`g${i}`))
    const children = many.map(({ id }) =>
      newDevice(`${id}.m`, { externalIds: ['meter'], gateways: [id], isUnclaimed: true }),
    )
    const { registry, owner } = await registryWith(...many, ...children)
    expect(registry.byExternalId('meter')).toEqual([])
    expect(owner('g4999', 'METER')).toBe('g4999.m')
  })
})

describe('an end device', () => {
  it('is what it first calls itself, and nothing else', async () => {
    const { owner, registry } = await registryWith(newDevice('plug'))
    expect(owner('plug', 'tasmota_1')).toBe('plug')
    expect(owner('plug', 'tasmota_2')).toBe('source_not_allowed')
    await until('it is stored', () => registry.device('plug')?.externalIds[0] === 'tasmota_1')
    expect(owner('plug', 'TASMOTA_1')).toBe('plug')
    expect(owner('plug', 'tasmota_2')).toBe('source_not_allowed')
    expect(owner('plug', 'plug')).toBe('plug')
  })
})
