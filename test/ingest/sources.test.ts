import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observation } from '../../core/message.ts'
import { Sources } from '../../ingest/sources.ts'
import type { Db } from '../../store/db.ts'
import { type NewDevice, UNWIRED } from '../../store/device.ts'
import { Wiring } from '../../store/profiles.ts'
import { Registry } from '../../store/registry.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

const device = (id: string, more: Partial<NewDevice> = {}): NewDevice => ({
  ...UNWIRED,
  id,
  entity: id,
  type: 'sensor',
  role: 'end-device',
  access: null,
  clientId: null,
  externalIds: [],
  intervalS: null,
  isTest: false,
  secretHash: Buffer.alloc(32, 1),
  validFrom: 0,
  area: null,
  lat: null,
  lon: null,
  ...more,
})

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
    return found.ok ? found.value.device : found.error.code
  }
  const observed = (of: string) => ({ device: of }) as Observation
  return { registry, sources, owner, observed }
}

const gateway = (id: string, more: Partial<NewDevice> = {}) => device(id, { role: 'gateway', ...more })

describe('a gateway', () => {
  it('speaks for a device by any of its names, in any case, and for itself', async () => {
    const { owner } = await registryWith(
      gateway('gw', { externalIds: ['portal-9'] }),
      device('m', { externalIds: ['70B3D57ED0001234', 'Meter 7'], gateways: ['gw'] }),
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
      device('m', { externalIds: ['m-7'] }),
    )
    expect(owner('gw-1', 'm-7')).toBe('m')
    await until('it is bound', () => registry.device('m')?.gateways.includes('gw-1'))
    expect(owner('gw-1', 'm-7')).toBe('m')
    expect(owner('gw-2', 'm-7')).toBe('source_not_allowed')
  })

  it('may not speak for a device by its id alone, unless it is bound to it', async () => {
    const { owner } = await registryWith(gateway('gw'), device('wm-1'))
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
      device('m', { externalIds: ['m-7'], gateways: ['gw'] }),
    )
    await registry.retire('m', 1)
    expect(owner('gw', 'm')).toBe('device_retired')
  })
})

describe('an end device', () => {
  it('is what it first calls itself, and nothing else', async () => {
    const { owner, registry } = await registryWith(device('plug'))
    expect(owner('plug', 'tasmota_1')).toBe('plug')
    expect(owner('plug', 'tasmota_2')).toBe('source_not_allowed')
    await until('it is stored', () => registry.device('plug')?.externalIds[0] === 'tasmota_1')
    expect(owner('plug', 'TASMOTA_1')).toBe('plug')
    expect(owner('plug', 'tasmota_2')).toBe('source_not_allowed')
    expect(owner('plug', 'plug')).toBe('plug')
  })
})
