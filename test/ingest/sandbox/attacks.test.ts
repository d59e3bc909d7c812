import assert from 'node:assert/strict'
import { afterAll, afterEach, describe, it } from 'vitest'
import { createSandbox } from '../../../ingest/sandbox/sandbox.ts'
import { CAYENNE } from './programs.ts'

const sandbox = createSandbox()
afterAll(() => sandbox.close())

const run = (source: string) =>
  sandbox.decode(source, { bytes: Uint8Array.of(1, 2), fPort: 1, recvTime: new Date(0) })
/** Runs the statements as the body of a decoder. */
const runBody = (body: string) => run(`function Decoder(bytes, port) { ${body} }`)
const resultOf = async (body: string) => {
  const result = await runBody(body)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value.data
}
const codeOf = async (body: string) => {
  const result = await runBody(body)
  return result.ok ? 'ok' : result.error.code
}

/** The platform's side is whole, and nothing the attack left is seen by a good program. */
afterEach(async () => {
  const result = await sandbox.decode(CAYENNE, {
    bytes: Buffer.from('03670110', 'hex'),
    fPort: 2,
    recvTime: new Date('2026-01-02T03:04:05Z'),
  })
  assert.deepEqual(result, {
    ok: true,
    value: {
      data: { temperature_3: 27.2, hour: 3 },
      normalized: { air: { temperature: 27.2, hour: 3 } },
      warnings: ['one air'],
      errors: [],
    },
  })
})

describe('a script that takes too much', () => {
  const cases: readonly [name: string, codes: string, body: string][] = [
    ['time in a loop', 'timeout', 'for (;;) {}'],
    [
      'time in a loop that catches',
      'timeout',
      'for (;;) try { for (;;) {} } catch {} finally { for (;;) {} }',
    ],
    ['time in a regular expression', 'timeout', 'return /^(a+)+$/.test("a".repeat(40) + "b")'],
    ['time in a comparison', 'timeout', '[1, 2, 3].sort(() => { for (;;) {} })'],
    ['time in a loop of the interpreter itself', 'timeout', '[].concat(Array(1e9)).sort()'],
    ['time in a getter of what it throws', 'timeout', 'throw { get message() { for (;;) {} } }'],
    ['time in toJSON', 'timeout', 'return { toJSON() { for (;;) {} } }'],
    ['memory in a chain', 'memory or timeout', 'let a = []; for (;;) a = [a, a]'],
    ['memory in a string that doubles', 'memory or threw or timeout', 'let s = "x"; for (;;) s += s'],
    ['memory in an array that grows', 'memory or timeout', 'const a = []; for (;;) a.push(a.length + 0.5)'],
    ['memory in buffers', 'memory', 'const all = []; for (;;) all.push(new Uint8Array(1e6))'],
    ['memory at once', 'memory', 'return new Uint8Array(1e9)'],
    [
      'memory after catching',
      'memory',
      'const a = []; const f = () => { for (;;) a.push(new Uint8Array(9e5)) }; try { f() } catch { f() }',
    ],
    ['stack', 'threw', 'const f = () => f() + 1; f()'],
    ['stack in the reading of JSON', 'threw', 'JSON.parse("[".repeat(1e5))'],
    ['stack in the compiling', 'threw', 'new Function("(".repeat(1e5))'],
    ['output', 'output_too_large', 'return "x".repeat(300000)'],
    ['depth of output', 'output_too_large', 'let a = []; for (let i = 0; i < 200; i++) a = [a]; return a'],
  ]
  for (const [name, codes, body] of cases)
    it(`is stopped: ${name}`, async () => {
      const code = await codeOf(body)
      assert.ok(codes.split(' or ').includes(code), code)
    })

  it('is stopped when it is read, before any message', async () => {
    for (const [source, code] of [
      ['for (;;) {}', 'timeout'],
      [`${'('.repeat(1e5)}`, 'syntax'],
      ['const all = []; for (;;) all.push(new Uint8Array(1e6))', 'memory'],
    ] as const) {
      const result = await sandbox.checkDecoder(source)
      assert.ok(!result.ok && result.error.code === code, JSON.stringify(result))
    }
  })

  it('has no later turn: jobs it leaves are dropped', async () => {
    assert.equal(await resultOf('Promise.resolve().then(() => { for (;;) {} }); return 1'), 1)
    assert.equal(await resultOf('const again = () => Promise.resolve().then(again); again(); return 2'), 2)
  })
})

describe('a script that reaches out', () => {
  it('finds nothing of the host', async () => {
    assert.deepEqual(
      await resultOf(`
        const all = (0, eval)('this')
        const root = bytes.constructor.constructor('return this')()
        return ['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'std', 'os', 'Worker', 'performance', '__filename']
          .filter((name) => name in all || name in root || typeof globalThis[name] !== 'undefined')`),
      [],
    )
    const reached = await runBody("return bytes.constructor.constructor('return process')().pid")
    assert.ok(!reached.ok && /process.* is not defined/.test(reached.error.detail))
    assert.equal(await codeOf("return require('fs')"), 'threw')
    // Its Buffer is of the machine: made of what is in there, and no way out.
    assert.equal(await codeOf("return Buffer.from.constructor('return process')().pid"), 'threw')
    assert.equal(await codeOf('return Buffer.alloc(1e9)'), 'memory')
  })

  it('cannot import', async () => {
    const statement = await run("import fs from 'fs'; function Decoder() { return 1 }")
    assert.ok(!statement.ok && statement.error.code === 'syntax')
    assert.equal(
      await resultOf("let out = 'nothing'; import('fs').then((fs) => { out = 'fs' }, () => {}); return out"),
      'nothing',
    )
  })

  it('gives JSON and nothing alive', async () => {
    assert.deepEqual(
      await resultOf(`return {
        date: new Date(0), fn() {}, nan: NaN, none: undefined, toJSON: undefined, symbol: Symbol('x'),
        get got() { return 1 }, own: { toJSON() { return 'mine' } },
        proxy: new Proxy({ a: 1 }, { get: (target, name) => name === 'a' ? 2 : target[name] }),
      }`),
      { date: '1970-01-01T00:00:00.000Z', nan: null, got: 1, own: 'mine', proxy: { a: 2 } },
    )
    assert.equal(await codeOf('const a = {}; a.a = a; return a'), 'threw')
    assert.equal(await codeOf('return 1n'), 'threw')
  })

  it('reaches no prototype of the platform through the names in its output', async () => {
    const data = await resultOf(
      `return JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}')`,
    )
    assert.deepEqual(Object.keys(data as object), ['__proto__', 'constructor'])
    assert.equal(Object.getPrototypeOf(data), Object.prototype)
    assert.equal(({} as { polluted?: number }).polluted, undefined)
  })

  it('cannot shape the frame around its output', async () => {
    const result = await run(`
      JSON.stringify = () => '{"data":"forged"}'; String.prototype.toString = () => 'forged'
      Array.isArray = () => true; Object.prototype.toJSON = function () { return 'replaced' }
      function decodeUplink() { return { data: 1, errors: { length: 1e9 }, warnings: 5 } }`)
    assert.deepEqual(result, { ok: true, value: { data: 1, warnings: [], errors: [] } })
  })
})

describe('a script that spoils the language', () => {
  it('is still told what it threw, and can have no form of its own making', async () => {
    const spoilt = 'Object.prototype.toJSON = () => undefined; JSON.stringify = null; String = null;'
    const thrown = await run(`${spoilt} function Decoder() { throw new Error('mine') }`)
    assert.ok(!thrown.ok)
    assert.deepEqual([thrown.error.code, /Error: mine$/.test(thrown.error.detail)], ['threw', true])
    const iterator = `Array.prototype[Symbol.iterator] = function* () { yield 'forged' }; function forged() {}`
    const checked = await sandbox.checkDecoder(iterator)
    assert.equal(!checked.ok && checked.error.code, 'no_function')
  })
})

describe('what one run leaves', () => {
  it('is not there for the next one of the same program', async () => {
    const source = `let count = 0; var seen = []
      function Decoder(bytes) { count++; seen.push(bytes[0]); globalThis.kept = (globalThis.kept || 0) + 1; return [count, seen.length, kept] }`
    for (let n = 0; n < 3; n++) {
      const result = await run(source)
      assert.deepEqual(result.ok && result.value.data, [1, 1, 1])
    }
  })

  it('is not there for another program', async () => {
    await runBody(
      'Date = null; Math.floor = () => 666; Array.prototype.map = null; Object.prototype.leak = "mine"; globalThis.leak2 = 1',
    )
    assert.deepEqual(
      await resultOf('return [Math.floor(1.5), typeof Date, typeof [].map, typeof ({}).leak, typeof leak2]'),
      [1, 'function', 'function', 'undefined', 'undefined'],
    )
    await run('Date = null; Object.prototype.leak = 1; globalThis.leak2 = 1; for (;;) {}')
    assert.deepEqual(await resultOf('return [typeof Date, typeof ({}).leak, typeof leak2, 0]'), [
      'function',
      'undefined',
      'undefined',
      0,
    ])
  })

  it('is not in memory that the next one is given as empty', async () => {
    assert.equal(await resultOf('return new Uint8Array(8e6).fill(170).length'), 8e6)
    assert.equal(await resultOf('return new Uint8Array(7e6).includes(170)'), false)
  })
})
