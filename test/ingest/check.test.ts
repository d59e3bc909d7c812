import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message, Reading } from '../../core/message.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { AHEAD_MAX_US } from '../../core/time.ts'
import { convert } from '../../core/units.ts'
import { type CheckContext, check } from '../../ingest/check.ts'

const NOW = 1_767_297_845_678_901
const DAY_US = 86_400_000_000
const message: Message = {
  device: 'wm-1',
  topic: 'devices/wm-1/readings',
  payload: new Uint8Array(),
  receivedAt: NOW,
  via: 'mqtt',
}
const context: CheckContext = {
  device: 'wm-1',
  sender: 'wm-1',
  entity: 'house-1',
  defaultTime: NOW - 5,
  retentionUs: 1100 * DAY_US,
}
const reading = (more: Partial<Reading>): Reading => ({
  path: '/p',
  quantity: 'voltage',
  channel: '',
  value: 230,
  ...more,
})
const checked = (more: Partial<Reading>) => check(reading(more), message, context)
const codeOf = (more: Partial<Reading>) => {
  const result = checked(more)
  return result.ok ? null : result.error.code
}
const observed = (more: Partial<Reading>) => {
  const result = checked(more)
  if (!result.ok) throw new Error(`refused: ${result.error.code}`)
  return result.value
}

it('places a reading: device and entity, time, unit, quality, receipt', () =>
  expect(
    observed({ quantity: 'water-pressure', channel: 'in', value: 3.1, unit: 'bar', time: NOW - 1 }),
  ).toEqual({
    path: '/p',
    device: 'wm-1',
    entity: 'house-1',
    quantity: 'water-pressure',
    channel: 'in',
    time: NOW - 1,
    value: 310,
    label: null,
    quality: 'good',
    receivedAt: NOW,
  }))

it('keeps the path of a reading it refuses', () => {
  const result = checked({ quantity: 'no-such' })
  expect(result).toMatchObject({ ok: false, error: { path: '/p', code: 'unknown_quantity' } })
})

describe('names', () => {
  it.each(['', 'Voltage', 'voltage ', '__proto__', 'constructor', 'a\u0000b'])(
    'refuses the quantity %j',
    (quantity) => expect(codeOf({ quantity })).toBe('unknown_quantity'),
  )
  it.each(['-L1', 'a/b', 'a b', '\u0000', 'x'.repeat(33)])('refuses the channel %j', (channel) =>
    expect(codeOf({ channel })).toBe('unknown_quantity'),
  )
  it.each(['L1', '1', 'tariff.2_a-b', 'x'.repeat(32)])('takes the channel %s', (channel) =>
    expect(observed({ channel }).channel).toBe(channel),
  )
})

describe('units', () => {
  it('converts every accepted unit into the own unit of its quantity', () => {
    for (const { id, accepts } of QUANTITIES.values())
      for (const [unit, conversion] of accepts)
        expect(observed({ quantity: id, value: 0.5, unit }).value).toBe(convert(0.5, conversion))
  })

  it('takes the own unit where none is given', () => expect(observed({ value: 12.25 }).value).toBe(12.25))

  it.each([
    ['active-power', 'V.A'],
    ['active-power', 'kvar'],
    ['water-pressure', 'Bar'],
    ['voltage', ''],
    ['voltage', 'constructor'],
    ['voltage', 'V\u0000'],
  ])('refuses for %s the unit %j', (quantity, unit) =>
    expect(codeOf({ quantity, unit })).toBe('unit_not_convertible'),
  )

  it('tells which units it would have taken', () => {
    const result = checked({ unit: 'bar' })
    expect(!result.ok && result.error.detail).toBe('unit "bar" is not known for voltage; it takes V, mV, kV')
  })

  it('says which unit was likely meant', () => {
    const result = checked({ quantity: 'active-power', unit: 'Kw' })
    expect(!result.ok && result.error.detail).toContain('did you mean "kW"?')
  })

  it('shows the unit that came, with the signs that units have and no others', () => {
    const detailOf = (unit: string) => {
      const result = checked({ quantity: 'water-temperature', unit })
      return result.ok ? '' : result.error.detail
    }
    expect(detailOf('°C')).toMatch(/^unit "°C" is not known .* \(did you mean "Cel"\?\); it takes/)
    for (const unit of ['V\u0000', '\u202eV', '\u001b[31m', '\u00adV'])
      expect(detailOf(unit)).toContain('"a name with unusual characters"')
  })
})

describe('values', () => {
  it('takes true and false as 1 and 0', () => {
    expect(observed({ quantity: 'occupancy', value: true })).toMatchObject({ value: 1, label: null })
    expect(observed({ quantity: 'operating-state', value: false })).toMatchObject({ value: 0, label: null })
  })

  it('refuses what a double cannot hold, before or after conversion', () => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])
      expect(codeOf({ value })).toBe('not_finite')
    expect(codeOf({ value: 1e307, unit: 'kV' })).toBe('not_finite')
  })

  it('refuses what would overflow the averages of everybody', () => {
    expect(codeOf({ value: 1e200 })).toBe('out_of_range')
    expect(codeOf({ value: -1e101 })).toBe('out_of_range')
  })

  it('has one form of zero', () => expect(Object.is(observed({ value: -0 }).value, 0)).toBe(true))

  it('gives a finite value for every number it takes', () =>
    fc.assert(
      fc.property(fc.constantFrom(...QUANTITIES.values()), fc.double(), fc.nat(), (quantity, value, pick) => {
        const unit = [...quantity.accepts.keys()][pick % quantity.accepts.size] ?? ''
        const result = checked({ quantity: quantity.id, value, unit })
        if (result.ok) expect(Math.abs(result.value.value ?? Number.NaN)).toBeLessThanOrEqual(1e100)
        else expect(['not_finite', 'out_of_range']).toContain(result.error.code)
      }),
    ))
})

describe('quality', () => {
  it('is good within the plausible range, its ends included, and implausible outside; the value stays', () => {
    for (const { id, plausible } of QUANTITIES.values()) {
      const { min, max } = plausible
      for (const value of [min, max, (min + max) / 2])
        expect(observed({ quantity: id, value })).toMatchObject({ value, quality: 'good' })
      const step = (max - min) / 1000
      for (const value of [min - step, max + step, -1e99, 1e99])
        expect(observed({ quantity: id, value })).toMatchObject({ value, quality: 'implausible' })
    }
  })

  it('is judged in the own unit, not in the one that came', () => {
    expect(observed({ quantity: 'water-pressure', value: 5000, unit: 'Pa' }).quality).toBe('good')
    expect(observed({ quantity: 'water-pressure', value: 5000 }).quality).toBe('implausible')
  })
})

describe('time', () => {
  const OLDEST = NOW - context.retentionUs

  it('is the default of the message where a reading has none', () => expect(observed({}).time).toBe(NOW - 5))

  it('that is refused says what it likely was: epoch seconds, or local time sent as UTC', () => {
    const now = 1_795_580_000_000_000
    const detailOf = (time: number) => {
      const reading = { path: '', quantity: 'voltage', channel: '', value: 1, time }
      const context = { device: 'a', entity: 'a', sender: 'a', defaultTime: now, retentionUs: 1e15 }
      const result = check(reading, { receivedAt: now }, context)
      return result.ok ? '' : result.error.detail
    }
    expect(detailOf(now / 1000)).toMatch(/^1970-.*epoch seconds/)
    expect(detailOf(now + 7 * 3_600_000_000)).toMatch(/local time sent as UTC/)
    expect(detailOf(now + 15 * 3_600_000_000)).not.toContain('local')
    expect(detailOf(1)).not.toContain('seconds')
  })

  it('may be ten minutes ahead and no more', () => {
    expect(AHEAD_MAX_US).toBe(600_000_000)
    expect(observed({ time: NOW + AHEAD_MAX_US }).time).toBe(NOW + AHEAD_MAX_US)
    expect(codeOf({ time: NOW + AHEAD_MAX_US + 1 })).toBe('time_in_future')
  })

  it('may be as old as the retention and no older', () => {
    expect(observed({ time: OLDEST }).time).toBe(OLDEST)
    expect(codeOf({ time: OLDEST - 1 })).toBe('time_too_old')
  })

  it('is judged without throwing however far away it is', () => {
    expect(codeOf({ time: Number.MAX_VALUE })).toBe('time_in_future')
    expect(codeOf({ time: -Number.MAX_VALUE })).toBe('time_too_old')
  })
})

describe('labels', () => {
  const state = (value: string) => ({ quantity: 'operating-state', value })

  it('are taken for states and for nothing else', () => {
    expect(observed(state('mở'))).toMatchObject({ value: null, label: 'mở', quality: 'good' })
    for (const { id, kind } of QUANTITIES.values())
      expect(codeOf({ quantity: id, value: '12' })).toBe(kind === 'state' ? null : 'wrong_type')
  })

  it('may have 200 characters', () => {
    expect(observed(state('x'.repeat(200))).label).toHaveLength(200)
    expect(codeOf(state('x'.repeat(201)))).toBe('label_too_long')
  })

  it('must be text that the database can hold', () => {
    expect(codeOf(state('a\u0000'))).toBe('wrong_type')
    expect(codeOf(state('a\ud800'))).toBe('wrong_type')
  })
})

it('gives either a value or a label, and details that are short and printable, for any reading', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...QUANTITIES.keys()), fc.string({ unit: 'binary' })),
      fc.string({ unit: 'binary' }),
      fc.oneof(fc.double(), fc.boolean(), fc.string({ unit: 'binary', maxLength: 300 })),
      fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      (quantity, channel, value, unit) => {
        const result = checked({ quantity, channel, value, ...(unit === undefined ? {} : { unit }) })
        if (result.ok) expect((result.value.value === null) !== (result.value.label === null)).toBe(true)
        else {
          expect(result.error.detail).toMatch(/^[\x20-\x7e]*$/)
          expect(result.error.detail.length).toBeLessThanOrEqual(300)
        }
      },
    ),
    { numRuns: 500 },
  ))
