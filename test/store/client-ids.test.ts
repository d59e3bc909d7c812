import { expect, it } from 'vitest'
import { Credentials } from '../../store/credentials.ts'
import { UNWIRED } from '../../store/device.ts'
import { Registry } from '../../store/registry.ts'
import { embeddedStore } from '../support/data-folder.ts'

const device = (id: string, clientId: string | null) => ({
  ...UNWIRED,
  id,
  entity: id,
  type: 'sensor',
  role: 'end-device' as const,
  access: null,
  clientId,
  externalIds: [],
  intervalS: null,
  isTest: false,
  secretHash: Buffer.alloc(32, 1),
  validFrom: 0,
  area: null,
  lat: null,
  lon: null,
})

it('a registered client id is its device’s alone, also where it begins like another’s', async () => {
  const { db } = await embeddedStore()
  const registry = await Registry.load(db)
  const credentials = await Credentials.load(db, registry, Buffer.alloc(32, 7))
  await registry.createAll([device('a', null), device('c', 'a:b')], 1)
  expect(credentials.ownsClientId('c', 'a:b')).toBe(true)
  expect(credentials.ownsClientId('a', 'a:b')).toBe(false)
  expect(credentials.ownsClientId('a', 'a:x')).toBe(true)
})
