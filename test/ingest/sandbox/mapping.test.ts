import assert from 'node:assert/strict'
import { afterAll, describe, it } from 'vitest'
import { createSandbox } from '../../../ingest/sandbox/sandbox.ts'

const sandbox = createSandbox()
afterAll(() => sandbox.close())

const input = {
  topic: 'factory/line-1',
  receivedAt: '2026-01-02T03:04:05.000Z',
  payload: {
    meters: [
      { id: 'a', litres: 1500 },
      { id: 'b', litres: 250 },
    ],
    raw: 'AQL/',
  },
}
const resultOf = async (expression: string, given: unknown = input) => {
  const result = await sandbox.map(expression, given)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const faultOf = async (expression: string) => {
  const result = await sandbox.map(expression, input)
  assert.ok(!result.ok, JSON.stringify(result))
  return result.error
}

describe('a mapping', () => {
  it('makes the canonical form of anything', async () => {
    const expression =
      'payload.meters.{ "time": $$.receivedAt, "values": { "water-volume": { "value": litres / 1000, "unit": "m3" } } }'
    assert.deepEqual(await sandbox.checkMapping(expression), { ok: true, value: null })
    assert.deepEqual(
      await resultOf(expression),
      [1.5, 0.25].map((value) => ({
        time: input.receivedAt,
        values: { 'water-volume': { value, unit: 'm3' } },
      })),
    )
  })

  it('gives undefined where it finds nothing, and drops functions', async () => {
    assert.equal(await resultOf('payload.missing'), undefined)
    assert.equal(await resultOf('null'), null)
    assert.deepEqual(await resultOf('{ "f": function($x) { $x }, "g": $sum, "h": 1 }'), { h: 1 })
    assert.equal(await resultOf('$sum'), undefined)
  })

  it('takes an array, and any JSON, as its input', async () => {
    assert.equal(await resultOf('$sum($)', [1, 2, 3]), 6)
    assert.equal(await resultOf('$', 'text \0 \ud800 đủ'), 'text \0 \ud800 đủ')
  })

  it('knows Base64, of which the interpreter has nothing', async () => {
    for (const text of ['', 'a', 'ab', 'abc', '\x00\xff\x80~']) {
      assert.equal(await resultOf('$base64encode($)', text), Buffer.from(text, 'latin1').toString('base64'))
      const coded = Buffer.from(text, 'latin1').toString('base64')
      assert.equal(await resultOf('$base64decode($)', coded), text)
    }
    assert.match((await faultOf('$base64decode("*")')).detail, /not Base64/)
  })

  it('that cannot be read is told where', async () => {
    const result = await sandbox.checkMapping('payload.(')
    assert.ok(!result.ok && result.error.code === 'syntax' && /^character \d+: /.test(result.error.detail))
  })

  it('that fails is told what and where', async () => {
    assert.deepEqual(await faultOf('payload.meters.id + 1'), {
      code: 'threw',
      detail: 'character 19: The left side of the "+" operator must evaluate to a number',
    })
    assert.deepEqual(await faultOf('$error("no meter")'), { code: 'threw', detail: 'character 7: no meter' })
  })

  it('may not evaluate text of a message', async () =>
    assert.match((await faultOf('$eval("1 + 1")')).detail, /\$eval is not available/))

  const cases: readonly [expression: string, code: string][] = [
    ['($f := function($x) { $f($x) }; $f(1))', 'timeout'],
    ['($f := function($x) { 1 + $f($x) }; $f(1))', 'threw'],
    ['($f := function($x) { [$f($x), $f($x)] }; $f(1))', 'threw'],
    ['$sum([1..10000000])', 'threw'],
    ['$pad("x", 100000000)', 'memory'],
    ['$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /^(a+)+$/)', 'timeout'],
    ['$pad("x", 300000)', 'output_too_large'],
  ]
  for (const [expression, code] of cases)
    it(`is stopped: ${expression}`, async () => {
      const fault = await faultOf(expression)
      assert.ok([code, 'timeout'].includes(fault.code), JSON.stringify(fault))
      assert.equal(await resultOf('1 + 1'), 2)
    })

  it('reaches no prototype and no global name', async () => {
    for (const expression of [
      'payload.constructor',
      'payload.__proto__',
      '$lookup(payload, "constructor")',
      '$globalThis',
      '$window',
    ])
      assert.equal(await resultOf(expression), undefined, expression)
    assert.equal(({} as { polluted?: number }).polluted, undefined)
    const data = (await resultOf('{ "__proto__": { "polluted": 1 } }')) as { polluted?: number } | undefined
    assert.equal(Object.getPrototypeOf(data ?? {}), Object.prototype)
  })

  it('leaves nothing for the next one', async () => {
    assert.equal(await resultOf('($kept := 1; $kept)'), 1)
    assert.equal(await resultOf('$kept'), undefined)
  })
})
