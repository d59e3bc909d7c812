import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { csvHead, csvLine, csvRows, fileName } from '../../dashboard/src/entity/csv.ts'
import { decimalText, readDecimal } from '../../dashboard/src/entity/decimal.ts'

describe('the CSV of a curve', () => {
  it('has each observation to the last digit, with its time as the province’s clocks show it', () => {
    const items = [
      { time: '2026-03-01T17:00:00.250Z', value: 0.1 + 0.2, quality: 'good' as const },
      { time: '2026-03-01T17:01:00.000Z', value: null, quality: 'bad' as const },
      { time: '2026-03-01T17:02:00.000Z', value: null, label: 'open, "half"', quality: 'good' as const },
    ]
    assert.equal(
      csvHead('raw') + csvRows({ key: 'active-power/L1', unit: 'kW' }, items),
      '\uFEFFtime,quantity,channel,value,unit,quality\r\n' +
        '2026-03-02T00:00:00.250+07:00,active-power,L1,0.30000000000000004,kW,good\r\n' +
        '2026-03-02T00:01:00.000+07:00,active-power,L1,,kW,bad\r\n' +
        '2026-03-02T00:02:00.000+07:00,active-power,L1,"open, ""half""",kW,good\r\n',
    )
  })

  it('has no label that Excel would take for a formula, and numbers as they are', () => {
    const of = (label: string) =>
      csvRows({ key: 'state', unit: '1' }, [
        { time: '2026-03-01T17:00:00.000Z', value: null, label, quality: 'good' },
      ])
    for (const label of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])
      assert.equal(parse(of(label), { record_delimiter: '\r\n' })[0]?.[3], `'${label}`)
    assert.match(of('open=1'), /,open=1,/)
    const cold = { time: '2026-03-01T17:00:00.000Z', value: -1.5, quality: 'good' as const }
    assert.match(csvRows({ key: 'temperature', unit: 'Cel' }, [cold]), /,-1\.5,/)
  })

  it('has average, range and count of each bucket', () => {
    const items = [{ time: '2026-03-01T17:00:00.000Z', avg: 1.5, min: 1, max: 2, count: 60 }]
    assert.equal(
      csvHead('1h') + csvRows({ key: 'water-flow', unit: 'm3/h' }, items),
      '\uFEFFtime,quantity,channel,avg,min,max,count,unit\r\n' +
        '2026-03-02T00:00:00.000+07:00,water-flow,,1.5,1,2,60,m3/h\r\n',
    )
  })

  it('is read back as it was written, whatever stands in a field', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 6 }), (fields) => {
        assert.deepEqual(parse(csvLine(fields), { record_delimiter: '\r\n' }), [fields])
      }),
    )
  })

  it('is named after its entity and window', () => {
    const [fromMs, toMs] = [Date.parse('2026-03-01T17:00:00Z'), Date.parse('2026-03-02T17:00:00Z')]
    assert.equal(fileName('tx-1', fromMs, toMs, '_1h.csv'), 'tx-1_20260302T0000_20260303T0000_1h.csv')
  })
})

describe('a number that somebody types', () => {
  it('has a comma or a point, and nothing between the thousands', () => {
    assert.equal(readDecimal('0,5'), 0.5)
    assert.equal(readDecimal('-250.75'), -250.75)
    for (const text of ['', '1.250,5', '1 250', 'abc', '1e3', '0x10', ',5'])
      assert.equal(readDecimal(text), null)
  })

  it('is shown so that it is read back the same', () => {
    const number = fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1_000)
    fc.assert(
      fc.property(number, fc.constantFrom('vi' as const, 'en' as const), (value, language) => {
        assert.equal(readDecimal(decimalText(value, language)), value)
      }),
    )
  })
})
