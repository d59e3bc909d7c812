import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRfc3339 } from '../../core/time.ts'
import { FAULT_KINDS, type FaultKind, faultAt, isOutage } from '../../simulator/faults.ts'
import { planAt } from '../../simulator/messages.ts'
import { TYPES } from '../../simulator/models/index.ts'
import { provinceOf } from '../../simulator/province.ts'
import { ARRAY_READINGS_MAX, arrays, type Reading, readingAt } from '../../simulator/readings.ts'
import { dueMs, turnAfter } from '../../simulator/turns.ts'
import type { Device, World } from '../../simulator/world.ts'

const START_MS = Date.UTC(2026, 2, 2)
const anySeed = fc.integer({ min: 0, max: 0xffff_ffff })

const readingsIn = (payload: string): Reading[] => {
  const parsed = JSON.parse(payload)
  return Array.isArray(parsed) ? parsed : [parsed]
}

/** The turns around the first fault of a kind: one before it, all in it, one after. */
function turnsOf(kind: FaultKind): { world: World; device: Device; turns: number[] } {
  const world = { seed: 1, faultRate: 1 }
  for (const device of provinceOf({ seed: 1, devices: 200 })) {
    const first = turnAfter(device, START_MS)
    for (let turn = first; turn < first + 200; turn++) {
      const fault = faultAt(world, device, dueMs(device, turn))
      if (fault?.kind !== kind || faultAt(world, device, dueMs(device, turn - 1)) !== null) continue
      const turns = [turn - 1]
      let next = turn
      while (dueMs(device, next) < fault.toMs) turns.push(next++)
      if (turns.length > 2 && faultAt(world, device, dueMs(device, next)) === null)
        return { world, device, turns: [...turns, next] }
    }
  }
  throw new Error(`no ${kind} in this world`)
}

function plansOf(kind: FaultKind) {
  const { world, device, turns } = turnsOf(kind)
  const plans = turns.map((turn) => planAt(world, device, turn))
  const truth = turns.map((turn) => readingAt(world, device, dueMs(device, turn)))
  return { world, device, turns, plans, truth, inside: plans.slice(1, -1) }
}

describe('what a device sends', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 0, max: 19 }), fc.nat(1000), (seed, number, ahead) => {
        const plan = () => {
          const device = provinceOf({ seed, devices: 20 })[number]!
          return planAt({ seed, faultRate: 0.5 }, device, turnAfter(device, START_MS) + ahead)
        }
        expect(plan()).toEqual(plan())
      }),
    )
  })

  it('is canonical JSON, whatever the fault', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 0, max: 19 }), fc.nat(1000), (seed, number, ahead) => {
        const device = provinceOf({ seed, devices: 20 })[number]!
        const { messages } = planAt({ seed, faultRate: 1 }, device, turnAfter(device, START_MS) + ahead)
        for (const { payload } of messages) {
          expect(readingsIn(payload).length).toBeLessThanOrEqual(ARRAY_READINGS_MAX)
          for (const { time, values } of readingsIn(payload)) {
            expect(parseRfc3339(time)).not.toBeNull()
            expect(Object.keys(values).length).toBeGreaterThan(1)
            expect(Object.values(values).every(Number.isFinite)).toBe(true)
          }
        }
      }),
    )
  })

  it('is one true reading a turn without faults', () => {
    const world = { seed: 4, faultRate: 0 }
    for (const device of provinceOf({ seed: 4, devices: 20 })) {
      const turn = turnAfter(device, START_MS)
      const payload = JSON.stringify(readingAt(world, device, dueMs(device, turn)))
      expect(planAt(world, device, turn)).toEqual({ online: true, messages: [{ payload, resent: false }] })
    }
  })
})

describe('faults', () => {
  it('come at the set rate, in every kind', () => {
    const world = { seed: 1, faultRate: 0.3 }
    const seen = new Map<FaultKind, number>()
    let windows = 0
    for (const device of provinceOf({ seed: 1, devices: 100 })) {
      for (let tMs = START_MS; tMs < START_MS + 40 * 1_200_000; tMs += 2_400_000, windows++) {
        const faults = Array.from({ length: 40 }, (_, i) => faultAt(world, device, tMs + i * 60_000))
        const kind = faults.find((fault) => fault !== null)?.kind
        if (kind) seen.set(kind, (seen.get(kind) ?? 0) + 1)
      }
    }
    expect([...seen.keys()].sort()).toEqual([...FAULT_KINDS].sort())
    const share = [...seen.values()].reduce((sum, n) => sum + n, 0) / windows
    expect(share).toBeGreaterThan(0.25)
    expect(share).toBeLessThan(0.6)
    expect(faultAt({ seed: 1, faultRate: 0 }, provinceOf({ seed: 1, devices: 1 })[0]!, START_MS)).toBeNull()
  })

  it('silence: offline and nothing sent, then one reading as before', () => {
    const { inside, plans } = plansOf('silence')
    expect(inside.every(({ online, messages }) => !online && messages.length === 0)).toBe(true)
    expect(plans.at(-1)).toMatchObject({ online: true, messages: [{ resent: false }] })
    expect(plans.at(-1)?.messages).toHaveLength(1)
  })

  it('store-and-forward: after the outage an array with exactly the readings that were missed', () => {
    const { inside, plans, truth } = plansOf('store-and-forward')
    expect(inside.every(({ online }) => !online)).toBe(true)
    const [stored, live] = plans.at(-1)!.messages
    expect(readingsIn(stored!.payload)).toEqual(truth.slice(1, -1))
    expect(readingsIn(live!.payload)).toEqual([truth.at(-1)])
  })

  it('drift: one quantity leaves the truth, more and more', () => {
    const { device, inside, truth } = plansOf('drift')
    const { drifts } = TYPES[device.type]
    const errors = inside.map(({ messages }, i) => {
      const [said] = readingsIn(messages[0]!.payload)
      const right = truth[i + 1]!
      expect({ ...said!.values, [drifts]: 0 }).toEqual({ ...right.values, [drifts]: 0 })
      return Math.abs(said!.values[drifts]! / right.values[drifts]! - 1)
    })
    expect(errors.at(-1)).toBeGreaterThan(errors[0]!)
  })

  it('stuck: the same values with new times', () => {
    const said = plansOf('stuck').inside.map(({ messages }) => readingsIn(messages[0]!.payload)[0]!)
    expect(new Set(said.map(({ values }) => JSON.stringify(values))).size).toBe(1)
    expect(new Set(said.map(({ time }) => time)).size).toBe(said.length)
  })

  it('burst: many different readings at once, one time only', () => {
    const { inside } = plansOf('burst')
    expect(inside[0]?.messages).toHaveLength(16)
    expect(new Set(inside[0]?.messages.map(({ payload }) => payload)).size).toBe(16)
    expect(inside.slice(1).every(({ messages }) => messages.length === 1)).toBe(true)
  })

  it('resend: each message twice, the same to the byte', () => {
    for (const { messages } of plansOf('resend').inside) {
      expect(messages.map(({ resent }) => resent)).toEqual([false, true])
      expect(messages[1]?.payload).toBe(messages[0]?.payload)
    }
  })

  it('spike: one impossible value', () => {
    const { device, inside, truth } = plansOf('spike')
    const { quantity, value } = TYPES[device.type].spike
    const said = inside.map(({ messages }) => readingsIn(messages[0]!.payload)[0]!)
    expect(said[0]?.values).toEqual({ ...truth[1]?.values, [quantity]: value })
    expect(said.slice(1)).toEqual(truth.slice(2, -1))
  })

  it('outages are told from the rest', () => {
    const fault = { fromMs: 0, toMs: 1, strength: 0 }
    expect(FAULT_KINDS.filter((kind) => isOutage({ ...fault, kind }))).toEqual([
      'silence',
      'store-and-forward',
    ])
    expect(isOutage(null)).toBe(false)
  })
})

it('arrays lose nothing and keep the order', () => {
  fc.assert(
    fc.property(fc.nat(350), (length) => {
      const readings = Array.from({ length }, (_, i) => ({ time: String(i), values: {} }))
      expect([...arrays(readings)].flatMap(readingsIn)).toEqual(readings)
    }),
  )
})
