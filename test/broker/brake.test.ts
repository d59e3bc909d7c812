import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Brake } from '../../broker/brake.ts'
import { Crowd } from '../../broker/crowd.ts'
import { Meters } from '../../broker/meters.ts'

const MINUTE_MS = 60_000

function brakeUnderTest(isShared: (address: string) => boolean = () => false) {
  const clock = { ms: 1_000_000 }
  const brake = new Brake(isShared, () => clock.ms)
  const fail = (times: number, address: string, name: (i: number) => string) =>
    Array.from({ length: times }, (_, i) => brake.failed(address, name(i)))
  return { brake, clock, fail }
}

describe('who guesses', () => {
  it('waits longer each time, and then is not looked at for a while, which grows too', () => {
    const { brake, clock, fail } = brakeUnderTest()
    const waits = fail(29, '10.0.0.1', () => 'wm-1')
    expect(waits.slice(0, 2)).toEqual([0, 0])
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    expect(waits.at(-1)).toBe(4000)
    expect(brake.closedForMs('10.0.0.1', 'wm-1')).toBe(0)
    brake.failed('10.0.0.1', 'wm-1')
    expect(brake.closedForMs('10.0.0.1', 'wm-1')).toBe(MINUTE_MS)
    clock.ms += MINUTE_MS
    expect(brake.closedForMs('10.0.0.1', 'wm-1')).toBe(0)
    fail(30, '10.0.0.1', () => 'wm-1')
    expect(brake.closedForMs('10.0.0.1', 'wm-1')).toBe(2 * MINUTE_MS)
  })

  it('is forgotten after ten quiet minutes', () => {
    const { brake, clock, fail } = brakeUnderTest()
    fail(29, '10.0.0.1', () => 'wm-1')
    clock.ms += 11 * MINUTE_MS
    expect(brake.failed('10.0.0.1', 'wm-1')).toBe(0)
  })

  it('at many names closes the address for names that never came from it', () => {
    const { brake, fail } = brakeUnderTest()
    brake.succeeded('10.0.0.1', 'wm-7')
    fail(20, '10.0.0.1', (i) => `guess-${i}`)
    expect(brake.closedForMs('10.0.0.1', 'wm-8')).toBe(MINUTE_MS)
    expect(brake.closedForMs('10.0.0.1', 'wm-7')).toBe(0)
    expect(brake.closedForMs('10.0.0.2', 'wm-8')).toBe(0)
  })

  it('at many names from a shared address closes it for nobody else', () => {
    const { brake, fail } = brakeUnderTest((address) => address === '10.0.0.1')
    fail(500, '10.0.0.1', (i) => `guess-${i}`)
    expect(brake.closedForMs('10.0.0.1', 'wm-8')).toBe(0)
  })

  it('of an IPv6 line is one, whatever addresses of its /64 it uses', () => {
    const { brake, fail } = brakeUnderTest()
    for (let i = 0; i < 30; i++) fail(1, `2001:db8:1:2::${i.toString(16)}`, () => 'wm-1')
    expect(brake.closedForMs('2001:db8:1:2:ffff::1', 'wm-1')).toBeGreaterThan(0)
    expect(brake.closedForMs('2001:db8:1:3::1', 'wm-1')).toBe(0)
  })
})

describe('a device whose name is guessed at', () => {
  it('comes in from its usual address at once, from wherever and however long it is guessed at', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: fc.integer({ min: 1, max: 50 }), ms: fc.nat(120_000) }), {
          maxLength: 400,
        }),
        (guesses) => {
          const { brake, clock } = brakeUnderTest()
          expect(brake.succeeded('10.9.9.9', 'wm-1')).toBe(0)
          for (const { from, ms } of guesses) {
            clock.ms += ms
            // One of them sits behind the device's own address.
            brake.failed(from === 1 ? '10.9.9.9' : `10.0.0.${from}`, 'wm-1')
            expect(brake.closedForMs('10.9.9.9', 'wm-1')).toBe(0)
            expect(brake.succeeded('10.9.9.9', 'wm-1')).toBe(0)
          }
        },
      ),
      { numRuns: 30 },
    ))

  it('comes in from a new address too, at most two seconds late', () => {
    const { brake } = brakeUnderTest()
    for (let i = 0; i < 5000; i++) brake.failed(`10.0.${i >> 8}.${i & 255}`, 'wm-1')
    expect(brake.closedForMs('10.9.9.9', 'wm-1')).toBe(0)
    const waitMs = brake.succeeded('10.9.9.9', 'wm-1')
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(2000)
    expect(brake.succeeded('10.9.9.9', 'wm-1')).toBe(0)
  })
})

describe('messages are metered', () => {
  const metersUnderTest = (perSecondMax: number) => {
    const clock = { ms: 1_000_000 }
    return {
      clock,
      meters: new Meters(
        perSecondMax,
        (device) => device === 'gw-1',
        () => clock.ms,
      ),
    }
  }

  it('a burst of a minute’s worth, then the rate; a gateway fifty times that', () => {
    const { clock, meters } = metersUnderTest(10)
    expect([meters.mayTake('wm-1', 600), meters.mayTake('wm-1', 1)]).toEqual([true, false])
    clock.ms += 1000
    expect([meters.mayTake('wm-1', 10), meters.mayTake('wm-1', 1)]).toEqual([true, false])
    expect([meters.mayTake('gw-1', 30_000), meters.mayTake('gw-1', 1)]).toEqual([true, false])
  })

  it('without a limit only for what is usual', () => {
    const { meters } = metersUnderTest(0)
    for (let minute = 0; minute < 20; minute++) {
      meters.mayTake('wm-1', 6)
      meters.endMinute(1)
    }
    expect(meters.mayTake('wm-1', 1_000_000)).toBe(true)
    const [rate, ...others] = meters.endMinute(100)
    expect(others).toEqual([])
    expect(rate).toMatchObject({ device: 'wm-1', messages: 1_000_000, minutes: 20 })
    expect(rate?.usual).toBeCloseTo(6, 3)
  })

  it('for thousands of devices at once, and forgotten after a silent day', () => {
    const { clock, meters } = metersUnderTest(10)
    for (let i = 0; i < 5000; i++) meters.mayTake(`wm-${i}`, i)
    expect(meters.endMinute(4000)).toHaveLength(1000)
    clock.ms += 25 * 3_600_000
    meters.endMinute(0)
    meters.mayTake('wm-1', 1)
    expect(meters.endMinute(0)).toEqual([{ device: 'wm-1', messages: 1, usual: 0, minutes: 0 }])
  })
})

it('connections of an address are counted whatever comes and goes', () =>
  fc.assert(
    fc.property(fc.array(fc.boolean()), (comings) => {
      const crowd = new Crowd({ addressConnectionsMax: 3, addressConnectsPerSecondMax: 0 }, () => false)
      let open = 0
      for (const isComing of comings) {
        if (isComing) {
          const reason = crowd.come('10.0.0.1')
          expect(reason).toBe(open >= 3 ? 'address_connections_max' : null)
          if (reason === null) open++
        } else if (open > 0) {
          crowd.left('10.0.0.1')
          open--
        }
      }
    }),
  ))
