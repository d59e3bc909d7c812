import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { check } from '../../ingest/check.ts'
import type { CodecContext } from '../../ingest/codec.ts'
import { canonical } from '../../ingest/codecs/canonical.ts'
import type { Json } from './node-red.ts'

const load = createRequire(new URL('../../flows/nodes/lib/', import.meta.url))
const { checkReadings, packReadings } = load('./check-readings.js')
const { csvReadings, rowsAfter, positionAfter } = load('./csv-readings.js')
const { CsvSource } = load('./csv-source.js')
const { timeReader, zoneClock } = load('./local-time.js')
const { quietHours } = load('./quiet.js')
const { parseMap, blocksOf, valuesOf } = load('./modbus-map.js')
const { Outbox } = load('./outbox.js')
const { reportCsv, reportHtml } = load('./report-page.js')
const { gatherReport } = load('./daily-report.js')

// Plumbline's own form asks for no context.
const UNUSED = {} as CodecContext
const CHECKED_AS = { device: 'd', entity: 'd', sender: 'd', defaultTime: 0, retentionUs: 1 }

/** The catalogue as `GET /api/v1/quantities` gives it. */
const catalogue = new Map(
  [...QUANTITIES.values()].map((quantity) => [
    quantity.id,
    { ...quantity, accepts: [...quantity.accepts.keys()] },
  ]),
)

describe('the check before readings are sent', () => {
  const codesOf = (payload: unknown) => checkReadings(payload, catalogue).faults.map(({ code }: Json) => code)

  it('says which is wrong, and what is near', () => {
    const { faults } = checkReadings(
      { 'active power': 1, voltage: 'high', 'water-pressure': { value: 1, unit: 'Bar' } },
      catalogue,
    )
    assert.deepEqual(
      faults.map(({ code, detail }: Json) => [code, detail]),
      [
        ['unknown_quantity', 'no quantity "active power"; near: active-power, reactive-power, active-energy'],
        ['wrong_type', 'voltage takes a number, got the text "high"'],
        [
          'unit_not_convertible',
          `water-pressure does not take "Bar"; near: bar, mbar, Pa; it takes ${catalogue.get('water-pressure')?.accepts.join(', ')}`,
        ],
      ],
    )
  })

  it('takes the canonical form, a list of it, and plain values', () => {
    assert.deepEqual(codesOf({ 'water-volume': 1 }), [])
    assert.deepEqual(codesOf({ time: 1_767_297_845_000, values: { 'voltage/L1': null } }), [])
    assert.deepEqual(
      codesOf([{ time: '2026-01-02T03:04:05+07:00', values: { 'operating-state': 'open' } }]),
      [],
    )
    assert.deepEqual(codesOf([]), ['wrong_shape'])
    assert.deepEqual(codesOf('text'), ['wrong_shape'])
    assert.deepEqual(codesOf({ time: '2026-01-02 03:04:05', values: { voltage: 1 } }), ['invalid_time'])
    assert.deepEqual(codesOf({ voltage: Number.NaN }), ['not_finite'])
  })

  it('agrees with the platform on any values', () => {
    const rawOf = (value: Json) =>
      value !== null && typeof value === 'object' && !Array.isArray(value) ? value.value : value
    const name = fc.oneof(
      fc.constantFrom(...QUANTITIES.keys(), 'voltage/L1', 'voltage/', 'voltage/a b'),
      fc
        .string({ maxLength: 8 })
        .filter((text) => text !== 'values' && text !== 'time' && text !== '__proto__'),
    )
    const scalar = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('open', ''),
    )
    const value = fc.oneof(
      scalar,
      fc.record(
        { value: scalar, unit: fc.constantFrom('bar', 'V', 'kW', 'L/s', 'm', '') },
        { requiredKeys: ['value'] },
      ),
      fc.array(fc.integer(), { maxLength: 2 }),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), (values) => {
        const payload = Buffer.from(JSON.stringify({ values }))
        const { readings, rejections } = canonical.decode(payload, 'devices/d/readings', UNUSED)
        const refused = [
          ...rejections,
          ...readings.flatMap((reading) => {
            const checked = check(reading, { receivedAt: 0 }, CHECKED_AS)
            return checked.ok ? [] : [checked.error]
          }),
        ]
        // A null is no measurement, so the platform does not look at its name; here a misspelt name is told at once.
        const named = Object.fromEntries(Object.entries(values).filter(([, value]) => rawOf(value) !== null))
        const paths = (faults: readonly { path: string }[]) => faults.map(({ path }) => path).sort()
        if (Object.keys(named).length > 0)
          assert.deepEqual(paths(checkReadings({ values: named }, catalogue).faults), paths(refused))
      }),
      { numRuns: 500 },
    )
  })

  it('packs many readings into messages that keep to the limits, in order', () => {
    const objects = Array.from({ length: 2500 }, (_, i) => ({ time: i, values: { voltage: i } }))
    const packs = packReadings(objects).map((text: string) => JSON.parse(text))
    assert.deepEqual(
      packs.map(({ length }: Json) => length),
      [1000, 1000, 500],
    )
    assert.deepEqual(packs.flat(), objects)
  })
})

describe('CSV', () => {
  const options = {
    columns: { v: 'water-volume', p: { quantity: 'water-pressure', unit: 'bar' } },
    timeColumn: 't',
    timePattern: 'yyyy-MM-dd HH:mm:ss',
    zone: 'Asia/Ho_Chi_Minh',
  }

  it('reads quotes, units, and decimals with a comma', () => {
    const text = '\ufefft;"v";p\n2026-01-02 07:00:00;"1.234,5";3,1\n'
    const { rows, bad } = csvReadings(text, { ...options, decimal: ',' })
    assert.deepEqual(bad, [])
    assert.equal(new Date(rows[0].time).toISOString(), '2026-01-02T00:00:00.000Z')
    assert.deepEqual(rows[0].values, {
      'water-volume': 1234.5,
      'water-pressure': { value: 3.1, unit: 'bar' },
    })
  })

  it('names the column that is not there', () => {
    assert.throws(() => csvReadings('t,w\n', options), /no column "v"; it has t, w/)
    assert.throws(() => csvReadings('', options), /empty/)
  })

  it('reads back any table that is written by the rules', () => {
    const cell = fc.string({ maxLength: 6 }).map((text) => text.replaceAll('\r', '').trim())
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (table) => {
        const { parseCsv } = load('./csv.js')
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const text = `a,b\n${table.map((row) => row.map(quoted).join(',')).join('\n')}\n`
        assert.deepEqual(
          parseCsv(text)
            .slice(1)
            .map(({ cells }: Json) => cells),
          table,
        )
      }),
    )
  })

  it('takes a last line without an end only when it is the same at the next poll', async () => {
    const source = new CsvSource(options, { read: async (nothing: Json) => nothing, write: async () => {} })
    const take = async (text: string) => {
      const { parts } = await source.take(text)
      for (const part of parts) await source.settle(part, true)
      return parts.flatMap(({ payload }: Json) => payload.map(({ values }: Json) => values['water-volume']))
    }
    const first = 't,v,p\n2026-01-02 07:00:00,1,1\n2026-01-02 07:15:00,12'
    assert.deepEqual(await take(first), [1])
    assert.deepEqual(await take(`${first}3,1`), [])
    assert.deepEqual(await take(`${first}3,1`), [123])
    assert.deepEqual(await take(`${first}3,1\n`), [])
  })

  it('gives rows again that were refused, and others of the same time', () => {
    const row = (time: number, mark: string) => ({ time, mark })
    const position = positionAfter([row(1, 'a'), row(2, 'b')], undefined)
    assert.deepEqual(
      rowsAfter([row(1, 'a'), row(2, 'b'), row(2, 'c'), row(3, 'd')], position).map(({ mark }: Json) => mark),
      ['c', 'd'],
    )
    assert.deepEqual(positionAfter([row(2, 'c')], position), { time: 2, marks: ['b', 'c'] })
  })
})

describe('local times', () => {
  it('are read in their zone, over changes of the clocks', () => {
    const read = timeReader('dd.MM.yyyy HH:mm', 'Europe/Berlin')
    assert.equal(read('29.03.2026 01:59'), Date.parse('2026-03-29T01:59+01:00'))
    assert.equal(read('29.03.2026 02:30'), null)
    assert.equal(read('29.03.2026 03:00'), Date.parse('2026-03-29T03:00+02:00'))
    assert.equal(read('31.02.2026 03:00'), null)
    assert.equal(read('01.01.2026 24:00'), null)
    assert.equal(read('2026-01-01 00:00'), null)
  })

  it('are the ones that the clocks of the zone show', () => {
    const zones = fc.constantFrom(
      'Asia/Ho_Chi_Minh',
      'Europe/Berlin',
      'America/New_York',
      'UTC',
      'Asia/Kathmandu',
    )
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 60 })
    fc.assert(
      fc.property(zones, minutes, (zone, minute) => {
        const clock = zoneClock(zone)
        const shown = clock(minute * 60_000)
        const read = timeReader('yyyy-MM-dd HH:mm', zone)
        const text = new Date(shown).toISOString().slice(0, 16).replace('T', ' ')
        // An hour that comes twice may be read as the other one; the clocks show the same.
        assert.equal(clock(read(text)), shown)
      }),
    )
  })
})

describe('quiet hours', () => {
  const at = (clock: string) => Date.parse(`2026-01-02T${clock}:00+07:00`)

  it('go over midnight, with the first minute and without the last', () => {
    const isQuiet = quietHours('22:00', '06:00', 'Asia/Ho_Chi_Minh')
    const asked = ['21:59', '22:00', '00:00', '05:59', '06:00', '12:00']
    assert.deepEqual(
      asked.map((clock) => isQuiet(at(clock))),
      [false, true, true, true, false, false],
    )
  })

  it('are never where both times are the same, and refuse what is no time', () => {
    assert.equal(quietHours('08:00', '08:00', 'UTC')(at('08:00')), false)
    assert.throws(() => quietHours('25:00', '06:00', 'UTC'), /"25:00" is no time of day/)
    assert.throws(() => quietHours('22:00', '06:00', 'Mars/Base'), /Mars/)
  })
})

describe('a register map', () => {
  it('is read in few requests, each of neighbours only', () => {
    assert.deepEqual(
      blocksOf(parseMap('')).map(({ start, count }: Json) => [start, count]),
      [
        [0, 12],
        [52, 2],
        [62, 2],
        [70, 4],
      ],
    )
  })

  it('knows integers, scales, and meters that send the low word first', () => {
    const [block] = blocksOf(
      parseMap(
        '[{"quantity":"voltage","register":0,"type":"uint16","scale":0.1},{"quantity":"active-energy","register":1,"type":"uint32","swap":true,"unit":"W.h"},{"quantity":"frequency","register":3}]',
      ),
    )
    const bytes = Buffer.from('0903e240000142480000', 'hex')
    assert.deepEqual(Object.fromEntries(valuesOf(block, bytes)), {
      voltage: 230.70000000000002,
      'active-energy': { value: 123_456, unit: 'W.h' },
      frequency: 50,
    })
    assert.throws(() => valuesOf(block, bytes.subarray(2)), /8 bytes for 5 registers/)
  })

  it('leaves out what the meter gives as NaN, and refuses a wrong map', () => {
    const [block] = blocksOf(parseMap('[{"quantity":"voltage","register":0}]'))
    assert.deepEqual(valuesOf(block, Buffer.from('7fc00000', 'hex')), [])
    assert.throws(() => parseMap('[{"quantity":"voltage"}]'), /register 1 of the list/)
    assert.throws(() => parseMap('[{"quantity":"voltage","register":0,"type":"bcd"}]'), /type bcd is none of/)
  })
})

describe('the outbox', () => {
  /** What of Node-RED's node an outbox uses. */
  const nodeOf = (stored: Json[] = []) => {
    const errors: string[] = []
    const store = new Map<string, Json>([['outbox', stored]])
    const node = {
      context: () => ({
        get: (key: string, _store: string, done: (error: null, value: Json) => void) =>
          done(null, store.get(key)),
        set: (key: string, value: Json, _store: string, done: () => void) => {
          store.set(key, value)
          done()
        },
      }),
      status: () => {},
      warn: () => {},
      error: (error: Json) => void errors.push(String(error.message ?? error)),
    }
    return { node, errors, store }
  }

  it('hands on in order what a former run left, and gives up what is refused for good', async () => {
    const { node, errors, store } = nodeOf([
      { at: Date.now(), item: 'a' },
      { at: Date.now(), item: 'bad' },
    ])
    const taken: string[] = []
    const three = Promise.withResolvers<void>()
    const outbox = new Outbox(node, async (item: string) => {
      if (item === 'bad') throw Object.assign(new Error('400'), { isFinal: true })
      taken.push(item)
      if (taken.length === 2) three.resolve()
    })
    await outbox.add('c')
    await three.promise
    await new Promise(setImmediate)
    assert.deepEqual(taken, ['a', 'c'])
    assert.deepEqual(errors, ['given up: 400'])
    assert.deepEqual(store.get('outbox'), [])
    outbox.close()
  })

  it('keeps what could not be delivered, and refuses what is too much', async () => {
    const { node, store } = nodeOf()
    const outbox = new Outbox(node, () => Promise.reject(new Error('away')), 2)
    await outbox.add('a')
    await outbox.add('b')
    await assert.rejects(outbox.add('c'), /2 messages wait already/)
    assert.deepEqual(
      store.get('outbox').map(({ item }: Json) => item),
      ['a', 'b'],
    )
    outbox.close()
  })
})

describe('the page of the flows', () => {
  const read = (path: string) => readFileSync(new URL(`../../flows/${path}`, import.meta.url), 'utf8')

  it('tells every setting, and no other', () => {
    const code = ['settings.ts', 'settings.cjs', 'nodes/plumbline-server.html'].map(read).join('\n')
    const names = (text: string) => [...new Set(text.match(/\b(?:FLOWS|PLUMBLINE)_[A-Z_]+\b/g))].sort()
    // Between start.ts and settings.cjs, and a name in the code.
    const own = ['FLOWS_SECRET']
    assert.deepEqual(
      names(read('README.md')),
      names(code).filter((name) => !own.includes(name)),
    )
  })

  it('tells every flow', () => {
    for (const file of readdirSync(new URL('../../flows/flows', import.meta.url)))
      assert.ok(read('README.md').includes(`(flows/${file})`), file)
  })
})

describe('the daily report', () => {
  const entity = (id: string, more: object = {}) => ({
    id,
    type: 'water-meter',
    area: '24133',
    freshness: 'fresh',
    lastSeen: null,
    quantities: { 'water-volume': { unit: 'm3' }, 'water-flow': { unit: 'm3/h' } },
    ...more,
  })
  const start = Date.parse('2026-01-01T17:00:00Z')
  const bucket = (time: number, first: number, last: number) => ({
    time: new Date(time).toISOString(),
    first,
    last,
  })

  it('counts from the last reading of the day before, and says why a figure is missing', async () => {
    const buckets: Record<string, Json[]> = {
      'wm-1': [bucket(start - 86_400_000, 1, 5), bucket(start, 6, 9.3)],
      'wm-2': [bucket(start, 6, 9)],
      'wm-3': [bucket(start - 86_400_000, 1, 5), bucket(start, 0, 1)],
      'wm-4': [bucket(start - 86_400_000, 1, 5)],
    }
    const entities = [
      ...Object.keys(buckets).map((id) => entity(id)),
      entity('wm-5', { quantities: {}, freshness: 'silent' }),
    ]
    const ask = { entities: async () => entities, buckets: async (id: string) => buckets[id] }
    const report = await gatherReport('2026-01-02', ask, new Map([['24133', 'Buôn Ma Thuột']]))
    assert.deepEqual(report.groups, [
      {
        area: '24133',
        areaName: 'Buôn Ma Thuột',
        type: 'water-meter',
        fresh: 4,
        late: 0,
        silent: 1,
        consumption: [{ quantity: 'water-volume', unit: 'm3', sum: 7.3, entities: 2 }],
      },
    ])
    assert.deepEqual(
      report.missing.map(({ id, why }: Json) => [id, why]),
      [
        ['wm-3', 'the counter went back'],
        ['wm-4', 'no reading on this day'],
      ],
    )
  })

  it('lets no text of a name become markup or a formula', () => {
    const line = {
      area: '=1+1',
      type: '<b>',
      id: 'a"b',
      freshness: 'fresh',
      lastSeen: null,
      quantity: null,
      value: -1,
      unit: null,
      note: null,
    }
    const group = {
      area: '<script>',
      areaName: null,
      type: '<b>',
      fresh: 0,
      late: 0,
      silent: 0,
      consumption: [],
    }
    const report = { day: '2026-01-02', groups: [group], lines: [line], missing: [] }
    assert.doesNotMatch(reportHtml(report), /<script>|<b>/)
    assert.match(reportCsv(report), /2026-01-02,'=1\+1,<b>,"a""b",fresh,,,-1,,/)
  })
})
