import { expect, it } from 'vitest'
import { Twins } from '../../digital-twin/twins.ts'
import { Registry } from '../../store/registry.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { newDevice } from '../support/new-device.ts'

const child = (name: string) =>
  newDevice(`gw.${name}`, { type: 'water-meter', externalIds: [name], intervalS: 42 })

it('a new device is in the twins with its interval, whoever registered it', async () => {
  const { db } = await embeddedStore()
  const registry = await Registry.load(db)
  const twins = new Twins(registry)
  const changed: string[] = []
  twins.onChange((entity) => changed.push(entity))
  await registry.createAll([child('m-1')], 1)
  expect(changed).toContain('gw.m-1')
  const facts = registry.entity('gw.m-1')
  expect(facts && twins.intervalS(facts)).toBe(42)

  // One that another process, or a transaction whose end was not heard of, has made.
  const other = await Registry.load(db)
  await other.createAll([child('m-2')], 1)
  await registry.learn(['gw.m-2', 'gw.m-1'])
  expect(changed.filter((entity) => entity === 'gw.m-2').length).toBeGreaterThan(0)
  const learned = registry.entity('gw.m-2')
  expect(learned && twins.intervalS(learned)).toBe(42)
})
