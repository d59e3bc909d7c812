import { expect, it } from 'vitest'
import { Credentials } from '../../store/credentials.ts'
import { Registry } from '../../store/registry.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { newDevice } from '../support/new-device.ts'

it('a registered client id is its device’s alone, also where it begins like another’s', async () => {
  const { db } = await embeddedStore()
  const registry = await Registry.load(db)
  const credentials = await Credentials.load(db, registry, Buffer.alloc(32, 7))
  await registry.createAll([newDevice('a'), newDevice('c', { clientId: 'a:b' })], 1)
  expect(credentials.ownsClientId('c', 'a:b')).toBe(true)
  expect(credentials.ownsClientId('a', 'a:b')).toBe(false)
  expect(credentials.ownsClientId('a', 'a:x')).toBe(true)
})
