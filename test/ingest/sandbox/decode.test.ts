import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { createSandbox } from '../../../ingest/sandbox/sandbox.ts'
import { CAYENNE, TRAFFIC_COUNTER, WATER_METER } from './programs.ts'

const sandbox = createSandbox()
afterAll(() => sandbox.close())

const uplink = (hex: string, fPort = 2) => ({
  bytes: Buffer.from(hex, 'hex'),
  fPort,
  recvTime: new Date('2026-01-02T03:04:05Z'),
})
const decoded = async (source: string, hex: string, fPort?: number) => {
  const result = await sandbox.decode(source, uplink(hex, fPort))
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const faultOf = async (source: string) => {
  const result = await sandbox.decode(source, uplink('00'))
  assert.ok(!result.ok, JSON.stringify(result))
  return result.error
}

describe('a decoder', () => {
  it('of The Things Stack gives data, its normal form and warnings, with time of receipt in UTC', async () => {
    assert.deepEqual(await sandbox.checkDecoder(CAYENNE), { ok: true, value: { form: 'decodeUplink' } })
    assert.deepEqual(await decoded(CAYENNE, '03670110056700ff'), {
      data: { temperature_3: 27.2, temperature_5: 25.5, hour: 3 },
      normalized: { air: { temperature: 27.2, hour: 3 } },
      warnings: ['one air'],
      errors: [],
    })
    assert.deepEqual((await decoded(CAYENNE, '0167ffd7', 9)).warnings, ['unusual port 9', 'one air'])
  })

  it('of TTN 2 gives its result as data, and may write to names it did not declare', async () => {
    assert.deepEqual(await sandbox.checkDecoder(WATER_METER), { ok: true, value: { form: 'Decoder' } })
    assert.deepEqual(await decoded(WATER_METER, '40e20100100e01', 7), {
      data: { volume_m3: 123.456, battery: 3.6, alarms: { leak: true, reverse_flow: false }, port: 7 },
      warnings: [],
      errors: [],
    })
  })

  it('of ChirpStack 3 gives its result as data', async () => {
    assert.deepEqual(await sandbox.checkDecoder(TRAFFIC_COUNTER), { ok: true, value: { form: 'Decode' } })
    assert.deepEqual((await decoded(TRAFFIC_COUNTER, '01020003')).data, {
      lanes: [258, 3],
      port: 2,
      named: 0,
    })
  })

  it('of ChirpStack 4 has a Buffer that reads as that of Node does', async () => {
    const reads = `(b) => [
      b.toString('hex'), b.toString('base64'), b.toString('latin1'), b.length,
      b.readInt8(0), b.readUInt8(1), b.readUint16LE(1), b.readInt16BE(0), b.readInt32LE(2), b.readUInt32BE(4),
      b.readFloatBE(0), b.readFloatLE(4), b.readDoubleBE(0), String(b.readBigInt64LE(0)),
      b.readIntBE(0, 3), b.readUIntLE(1, 6), b.slice(2, 4).toString('hex'),
      b.constructor.from('fffe41', 'hex').readInt16BE(0), b.constructor.from('xin chào').toString(),
      b.constructor.from('QawAAA==', 'base64').readFloatBE(0), b.constructor.concat([b, b]).length,
      b.constructor.isBuffer(b), b.constructor.alloc(2).toString('hex'),
    ]`
    // biome-ignore lint/security/noGlobalEval: the same text runs here and in the machine
    const evaluate = globalThis.eval
    const here = evaluate(reads) as (bytes: Buffer) => unknown
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 40 }), async (bytes) => {
        const hex = Buffer.from(bytes).toString('hex')
        const source = `function decodeUplink(i) { return { data: (${reads})(new Buffer(i.bytes)) } }`
        assert.deepEqual(
          (await decoded(source, hex)).data,
          JSON.parse(JSON.stringify(here(Buffer.from(bytes)))),
        )
      }),
      { numRuns: 40 },
    )
    assert.match(
      (await faultOf('function Decoder(b) { return Buffer.from(b).readUInt16BE(0) }')).detail,
      /Range/,
    )
    assert.equal((await decoded('var Buffer = 3; function Decoder() { return Buffer }', '00')).data, 3)
  })

  it('is found as a constant, among the exports of a module, and before its older forms', async () => {
    assert.equal((await decoded('const decodeUplink = (i) => ({ data: i.bytes[0] })', '07')).data, 7)
    assert.equal((await decoded('exports.decodeUplink = (i) => ({ data: i.bytes[0] })', '08')).data, 8)
    const both = 'function Decode(p, b) { return 1 } function decodeUplink() { return { data: 2 } }'
    assert.equal((await decoded(both, '00')).data, 2)
  })

  it('that reports errors has done its work: they come back as they are', async () => {
    assert.deepEqual(await decoded(CAYENNE, '03ff'), {
      data: null,
      warnings: [],
      errors: ['unknown type at byte 1'],
    })
    assert.deepEqual((await decoded('function decodeUplink() { return { errors: "bad" } }', '')).errors, [
      'bad',
    ])
  })

  it('that gives nothing at all gives null', async () => {
    const nothing = { data: null, warnings: [], errors: [] }
    assert.deepEqual(await decoded('function decodeUplink() {}', ''), nothing)
    assert.deepEqual(await decoded('function Decoder() {}', ''), nothing)
  })

  it('keeps its data when its normal form fails', async () => {
    const source =
      'function decodeUplink() { return { data: { t: 1 } } } function normalizeUplink(i) { return i.x.y }'
    assert.deepEqual(await decoded(source, ''), {
      data: { t: 1 },
      warnings: ["normalizeUplink: TypeError: cannot read property 'y' of undefined"],
      errors: [],
    })
    const refusing = `${source.split('function norm')[0]} function normalizeUplink() { return { errors: ['no'] } }`
    const { normalized, warnings } = await decoded(refusing, '')
    assert.deepEqual([normalized, warnings], [undefined, ['normalizeUplink: no']])
  })
})

describe('a faulty program', () => {
  it('is told where its syntax is wrong', async () => {
    const result = await sandbox.checkDecoder('function decodeUplink(input) {\n  return {\n}')
    assert.ok(
      !result.ok && result.error.code === 'syntax' && /^line 3: SyntaxError/.test(result.error.detail),
    )
  })

  it('is told which functions are looked for', async () => {
    const { code, detail } = await faultOf('function decode(x) { return x }')
    assert.deepEqual([code, /decodeUplink.*Decoder.*Decode/.test(detail)], ['no_function', true])
  })

  it('is told what it threw, and in which line', async () => {
    const source = '\n\nfunction Decoder(bytes) {\n  return bytes.missing.value\n}'
    assert.deepEqual(await faultOf(source), {
      code: 'threw',
      detail: "line 4: TypeError: cannot read property 'value' of undefined",
    })
    assert.deepEqual(await faultOf('function Decoder() { throw "no\\u0000\\u202e" }'), {
      code: 'threw',
      detail: 'no\ufffd\ufffd',
    })
    assert.equal((await faultOf('function Decoder() { JSON.parse("{") }')).code, 'threw')
  })

  it('may not be asynchronous', async () => {
    assert.match((await faultOf('async function decodeUplink() { return { data: 1 } }')).detail, /promise/)
  })

  it('may not be longer than the limit', async () => {
    assert.equal((await faultOf(`//${'x'.repeat(256 * 1024)}`)).code, 'source_too_large')
  })

  it('gives a Result with a short printable detail, whatever its text', async () => {
    const piece = fc.constantFrom(
      'function ',
      'Decoder',
      '(',
      ')',
      '{',
      '}',
      'return ',
      '`',
      '\0',
      '//',
      'async ',
      '\ud800',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (source) => {
        for (const result of [
          await sandbox.checkDecoder(source),
          await sandbox.decode(source, uplink('0102')),
          await sandbox.checkMapping(source),
          await sandbox.map(source, { a: [1] }),
        ])
          assert.ok(result.ok || (result.error.detail.length <= 200 && !/\p{C}/u.test(result.error.detail)))
      }),
      { numRuns: 60 },
    )
  })
})

it('does not keep the process from ending', () => {
  const path = fileURLToPath(new URL('../../../ingest/sandbox/sandbox.ts', import.meta.url))
  const script = `import { createSandbox } from ${JSON.stringify(path)}
    console.log(JSON.stringify(await createSandbox().decode('function Decoder(b) { return b[0] }', { bytes: [5], fPort: 1, recvTime: new Date() })))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(JSON.parse(output).value.data, 5)
})
