import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answered, type Command, isOpen } from '../../core/command.ts'
import { checkArgs } from '../../digital-twin/commands/check-args.ts'
import { due, EMPTY_QUEUE, overdue, reduceQueue } from '../../digital-twin/commands/queue.ts'

const command = (seq: number, more: Partial<Command> = {}): Command => ({
  id: `c-${seq}`,
  seq,
  entity: 'v-1',
  device: 'v-1',
  name: 'set-position',
  args: {},
  status: 'queued',
  by: '',
  note: null,
  issuedAt: 0,
  expiresAt: 100,
  sentAt: null,
  endedAt: null,
  answeredAt: null,
  detail: null,
  reported: null,
  reportedAt: null,
  replacedBy: null,
  ...more,
})

type Step =
  | { readonly do: 'issue'; readonly name: string; readonly lasts: number }
  | { readonly do: 'connect' | 'disconnect' | 'answer' | 'cancel' | 'expire' }
  | { readonly do: 'wait'; readonly by: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('issue' as const),
    name: fc.constantFrom('set-position', 'set-switch'),
    lasts: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ do: fc.constantFrom('connect', 'disconnect', 'answer', 'cancel', 'expire') }),
  fc.record({ do: fc.constant('wait' as const), by: fc.integer({ min: 1, max: 40 }) }),
)

/** Plays what may happen to one device's queue, by the rules of the store; gives every delivery. */
function play(steps: readonly Step[]) {
  let now = 0
  let queue = EMPTY_QUEUE
  let isThere = false
  let seq = 0
  const all = new Map<string, Command>()
  const deliveries: { command: Command; at: number; session: number }[] = []
  let session = 0
  const put = (one: Command) => {
    all.set(one.id, one)
    queue = reduceQueue(queue, { type: 'known', command: one })
  }
  const endOlder = ({ id, name, seq }: Command, status: string) => {
    for (const one of queue.open)
      if (one.name === name && one.seq < seq && one.status === status)
        put({ ...one, status: 'cancelled', endedAt: now, replacedBy: id })
  }
  const act = (what: Step) => {
    switch (what.do) {
      case 'issue': {
        const made = command(++seq, { name: what.name, issuedAt: now, expiresAt: now + what.lasts })
        put(made)
        return endOlder(made, 'queued')
      }
      case 'connect':
        isThere = true
        session++
        queue = reduceQueue(queue, { type: 'listening' })
        return
      case 'disconnect':
        isThere = false
        return
      case 'answer': {
        const sent = queue.open.find(({ status }) => status === 'sent')
        if (sent && isThere) put({ ...sent, status: 'done', endedAt: now })
        return
      }
      case 'cancel': {
        const waiting = queue.open.find(({ status }) => status === 'queued')
        if (waiting) put({ ...waiting, status: 'cancelled', endedAt: now })
        return
      }
      // The note of an expiry may come late.
      case 'expire':
        for (const one of overdue(queue, now)) put({ ...one, status: 'expired', endedAt: now })
        return
      case 'wait':
        now += what.by
    }
  }
  for (const what of steps) {
    act(what)
    if (!isThere) continue
    for (const one of due(queue, now)) {
      if (one.status === 'queued') {
        const sent: Command = { ...one, status: 'sent', sentAt: now }
        put(sent)
        endOlder(sent, 'sent')
      }
      deliveries.push({ command: one, at: now, session })
      queue = reduceQueue(queue, { type: 'delivered', id: one.id })
    }
  }
  return { all, deliveries, queue, isThere, now }
}

describe('the queue of a device', () => {
  const anyPlay = fc.array(step, { maxLength: 60 }).map(play)

  it('sends nothing that has expired, and nothing twice in a session', () => {
    fc.assert(
      fc.property(anyPlay, ({ deliveries }) => {
        for (const { command, at } of deliveries) expect(at).toBeLessThan(command.expiresAt)
        const keys = deliveries.map(({ command, session }) => `${session} ${command.id}`)
        expect(new Set(keys).size).toBe(keys.length)
      }),
    )
  })

  it('never sends an older order of a name after a newer one', () => {
    fc.assert(
      fc.property(anyPlay, ({ deliveries }) => {
        const newest = new Map<string, number>()
        for (const { command } of deliveries) {
          expect(command.seq).toBeGreaterThanOrEqual(newest.get(command.name) ?? 0)
          newest.set(command.name, command.seq)
        }
      }),
    )
  })

  it('sends in the order in which it was asked, in each session', () => {
    fc.assert(
      fc.property(anyPlay, ({ deliveries }) => {
        for (const [i, { command, session }] of deliveries.entries()) {
          const before = deliveries[i - 1]
          if (before?.session === session) expect(command.seq).toBeGreaterThan(before.command.seq)
        }
      }),
    )
  })

  it('leaves nothing waiting for a device that is there, and nobody without an end', () => {
    fc.assert(
      fc.property(anyPlay, ({ all, queue, isThere, now }) => {
        if (isThere) expect(due(queue, now)).toEqual([])
        const waiting = queue.open.filter(({ status, expiresAt }) => status === 'queued' && now < expiresAt)
        if (isThere) expect(waiting).toEqual([])
        expect(new Set(queue.open.map(({ id }) => id))).toEqual(
          new Set([...all.values()].filter(isOpen).map(({ id }) => id)),
        )
        for (const id of queue.delivered) expect(queue.open.some((one) => one.id === id)).toBe(true)
      }),
    )
  })

  it('what was cancelled in the queue was never sent', () => {
    fc.assert(
      fc.property(anyPlay, ({ all, deliveries }) => {
        const sent = new Set(deliveries.map(({ command }) => command.id))
        for (const { id, status, sentAt } of all.values())
          if (status === 'cancelled' && sentAt === null) expect(sent.has(id)).toBe(false)
      }),
    )
  })
})

describe('an answer', () => {
  const sent = command(1, { status: 'sent', sentAt: 10 })
  const reply = {
    id: 'c-1',
    device: 'v-1',
    name: 'set-position',
    status: 'done',
    detail: null,
    receivedAt: 50,
  } as const

  it('of another device, for another name, or to what was never sent is unknown', () => {
    expect(answered(undefined, reply)).toBe('unknown')
    expect(answered(sent, { ...reply, device: 'v-2' })).toBe('unknown')
    expect(answered(sent, { ...reply, name: 'set-switch' })).toBe('unknown')
    expect(answered(command(1), reply)).toBe('unknown')
  })

  it('counts by when it was received, though its expiry was noted before', () => {
    const expired = { ...sent, status: 'expired', endedAt: 101 } as const
    expect(answered(expired, reply)).toMatchObject({ status: 'done', endedAt: 50 })
    expect(answered(sent, { ...reply, receivedAt: 101 })).toMatchObject({ status: 'expired', endedAt: 101 })
  })

  it('once given stands', () => {
    const done = answered(sent, reply)
    expect(done).toMatchObject({ status: 'done' })
    expect(answered(done as Command, { ...reply, status: 'failed' })).toBe('unchanged')
  })
})

describe('arguments', () => {
  const model = {
    args: {
      position: { kind: 'number', min: 0, max: 100, unit: '%' },
      mode: { kind: 'choice', choices: ['day', 'night'] },
    },
  } as const

  it('are taken as the model has them, or all faults are told', () => {
    expect(checkArgs(model, { position: 0, mode: 'day' })).toEqual({
      ok: true,
      value: { position: 0, mode: 'day' },
    })
    expect(checkArgs(model, { position: -1, mode: 'x', more: 1 })).toEqual({
      ok: false,
      error:
        'args.more: not known here; takes position, mode; args.position: takes a number from 0 to 100 %; got -1; args.mode: takes one of day, night; got "x"',
    })
  })

  it('never come from a prototype, and numbers are finite, whatever is given', () => {
    expect(checkArgs({ args: {} }, JSON.parse('{"__proto__": 1}')).ok).toBe(false)
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (more, position) => {
        const result = checkArgs(model, { ...more, position, mode: 'day' })
        if (result.ok) expect(Number.isFinite(result.value.position)).toBe(true)
      }),
    )
  })
})
