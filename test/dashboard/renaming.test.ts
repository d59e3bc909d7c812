import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { namesOf, renaming } from '../../dashboard/src/wiring/renaming.ts'
import { createSandbox } from '../../ingest/sandbox/sandbox.ts'

const sandbox = createSandbox()
afterAll(() => sandbox.close())

const names = {
  temp_out: { quantity: 'temperature', unit: '[degF]' },
  'U/1': { quantity: 'voltage', unit: 'V', channel: 'L1' },
  state: { quantity: 'operating-state' },
  junk: null,
}
const renamed = async (payload: unknown) => {
  const result = await sandbox.map(renaming(names), { topic: 't', levels: ['t'], payload, device: 'd' })
  assert.ok(result.ok, JSON.stringify(result))
  return JSON.parse(JSON.stringify(result.value)) as unknown
}

describe('the mapping that gives names a meaning', () => {
  it('renames what it knows, in the unit that was chosen, and lets all else be', async () => {
    const values = {
      temp_out: 80,
      'U/1': { value: 230, unit: 'volts' },
      state: 'on',
      junk: 1,
      'water-flow': { value: 2, unit: 'L/s' },
      'water-volume': null,
    }
    assert.deepEqual(await renamed({ time: 1_767_297_845_000, values }), {
      time: 1_767_297_845_000,
      values: {
        temperature: { value: 80, unit: '[degF]' },
        'voltage/L1': { value: 230, unit: 'V' },
        'operating-state': { value: 'on' },
        'water-flow': { value: 2, unit: 'L/s' },
        'water-volume': null,
      },
    })
  })

  it('takes arrays, and messages without a time', async () => {
    assert.deepEqual(await renamed([{ values: { temp_out: 1 } }, { values: { temp_out: 2 } }]), [
      { values: { temperature: { value: 1, unit: '[degF]' } } },
      { values: { temperature: { value: 2, unit: '[degF]' } } },
    ])
  })

  it('is one that the platform accepts', async () => {
    assert.equal((await sandbox.checkMapping(renaming(names))).ok, true)
  })

  it('gives back the names that were put in, whatever they are, and knows a foreign mapping', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.record({ quantity: fc.string(), unit: fc.string() })),
        (some) => assert.equal(JSON.stringify(namesOf(renaming(some))), JSON.stringify(some)),
      ),
    )
    assert.equal(namesOf('{"values": {"temperature": payload.t}}'), null)
    assert.equal(namesOf(`${renaming(names)} `), null)
  })
})
