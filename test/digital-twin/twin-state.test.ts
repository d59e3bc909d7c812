import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_STATE,
  quantityKey,
  reduce,
  sessionOf,
  type TwinEvent,
  type TwinState,
} from '../../digital-twin/twin-state.ts'

type Observed = Extract<TwinEvent, { type: 'observed' }>

const observed: fc.Arbitrary<Observed> = fc.record({
  type: fc.constant('observed' as const),
  quantity: fc.constantFrom('voltage', 'current'),
  channel: fc.constantFrom('', 'L1'),
  value: fc.option(fc.integer(), { nil: null }),
  label: fc.constant(null),
  // Few times, so that many are equal.
  time: fc.integer({ min: -3, max: 3 }),
  quality: fc.constantFrom('good' as const, 'implausible' as const),
  device: fc.constantFrom('a', 'b', 'c'),
})
const session = fc.record({
  type: fc.constant('session-changed' as const),
  device: fc.constantFrom('a', 'b'),
  session: fc.constantFrom('connected' as const, 'disconnected' as const, 'unknown' as const),
})
/** As the store has them: one value for each series and time. */
const observations = fc.uniqueArray(observed, {
  selector: ({ quantity, channel, time, device }) => `${quantity} ${channel} ${time} ${device}`,
  maxLength: 30,
})

const run = (events: readonly TwinEvent[], from: TwinState = EMPTY_STATE) => events.reduce(reduce, from)
const at = (time: number, more: Partial<Observed> = {}): Observed => ({
  type: 'observed',
  quantity: 'voltage',
  channel: '',
  value: time,
  label: null,
  time,
  quality: 'good',
  device: 'a',
  ...more,
})

function frozen<T>(thing: T): T {
  if (typeof thing === 'object' && thing !== null) {
    Object.freeze(thing)
    for (const part of Object.values(thing)) frozen(part)
  }
  return thing
}

describe('observations', () => {
  it('give the same state in whatever order they come', () =>
    fc.assert(
      fc.property(
        observations.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(run(shuffled)).toEqual(run(events))
        },
      ),
      { numRuns: 500 },
    ))

  it('change nothing when they come again, and give the same object back', () =>
    fc.assert(
      fc.property(observations, (events) => {
        const state = run(events)
        for (const event of events) expect(reduce(state, event)).toBe(state)
      }),
    ))

  it('leave the newest of each quantity and channel, and of equal times the smallest device id', () =>
    fc.assert(
      fc.property(observations, (events) => {
        const { latest, lastSeen } = run(events)
        const keys = new Set(events.map(({ quantity, channel }) => quantityKey(quantity, channel)))
        expect(new Set(Object.keys(latest))).toEqual(keys)
        for (const key of keys) {
          const [newest] = events
            .filter(({ quantity, channel }) => quantityKey(quantity, channel) === key)
            .sort((a, b) => b.time - a.time || (a.device < b.device ? -1 : 1))
          expect(latest[key]).toEqual({
            value: newest?.value,
            label: newest?.label,
            time: newest?.time,
            quality: newest?.quality,
            device: newest?.device,
          })
        }
        expect(lastSeen).toBe(events.length === 0 ? null : Math.max(...events.map(({ time }) => time)))
      }),
    ))

  it('of each series only the newest count: what the state at an instant is made from', () =>
    fc.assert(
      fc.property(observations, (events) => {
        const newest = new Map<string, Observed>()
        for (const event of events) {
          const series = `${event.device} ${quantityKey(event.quantity, event.channel)}`
          const known = newest.get(series)
          if (!known || known.time < event.time) newest.set(series, event)
        }
        expect(run([...newest.values()])).toEqual(run(events))
      }),
    ))

  it('of other quantities and channels do not touch each other', () => {
    const state = run([at(1), at(9, { channel: 'L1', value: 7 }), at(5, { quantity: 'current' })])
    expect(Object.keys(state.latest)).toEqual(['voltage', 'voltage/L1', 'current'])
    expect(state.latest.voltage?.time).toBe(1)
    expect(state.lastSeen).toBe(9)
  })
})

it('is pure: neither the state nor the event is changed', () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(observed, session)), fc.oneof(observed, session), (before, event) => {
      const state = frozen(run(before))
      const copy = structuredClone(state)
      reduce(state, frozen(event))
      expect(state).toEqual(copy)
    }),
  ))

describe('the session of an entity', () => {
  const sessions = (...list: [device: string, session: 'connected' | 'disconnected' | 'unknown'][]) =>
    sessionOf(run(list.map(([device, now]) => ({ type: 'session-changed', device, session: now }))))

  it('is unknown before any device has said anything', () => {
    expect(sessions()).toBe('unknown')
    expect(sessions(['a', 'unknown'])).toBe('unknown')
  })
  it('is connected while any of its devices is', () => {
    expect(sessions(['a', 'connected'], ['b', 'disconnected'])).toBe('connected')
    expect(sessions(['a', 'connected'], ['b', 'disconnected'], ['a', 'disconnected'])).toBe('disconnected')
    expect(sessions(['a', 'disconnected'], ['b', 'unknown'])).toBe('disconnected')
  })
  it('is told once: the same again is no change', () => {
    const state = run([{ type: 'session-changed', device: 'a', session: 'connected' }])
    expect(reduce(state, { type: 'session-changed', device: 'a', session: 'connected' })).toBe(state)
  })
  it('neither touches nor is touched by readings', () => {
    const state = run([at(1), { type: 'session-changed', device: 'a', session: 'connected' }, at(2)])
    expect(state.lastSeen).toBe(2)
    expect(state.sessions).toEqual({ a: 'connected' })
  })
})
