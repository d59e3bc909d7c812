import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { CommandStatus } from '../../core/command.ts'
import { Commands, type Order } from '../../digital-twin/commands/commands.ts'
import { Twins } from '../../digital-twin/twins.ts'
import { applyReplies, trimCommands } from '../../store/commands.ts'
import { type Db, DbError } from '../../store/db.ts'
import { Registry } from '../../store/registry.ts'
import { openStore, type Store } from '../../store/store.ts'
import { addDevice, copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

let store: Store
beforeAll(async () => {
  const settings = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
  store = await openStore(settings, silent, () => {})
})
afterAll(() => store.db.close())

const ORDER: Omit<Order, 'entity' | 'device'> = {
  name: 'set-position',
  args: { position: 30 },
  by: 'night shift',
  note: null,
  key: null,
  expiresInS: 60,
}

/** A valve of this id, and its commands in a world whose clock the test moves. */
async function commandsUnderTest(valve: string) {
  const faults = { lostAnswers: 0 }
  const changed: unknown[] = []
  const db: Db = {
    ...store.db,
    query(query) {
      if (query.text.startsWith('update command as c set status = n.s')) changed.push(query.values?.[0])
      return store.db.query(query)
    },
    async transaction(work, options) {
      const result = await store.db.transaction(work, options)
      if (faults.lostAnswers-- > 0) throw new DbError('ECONNRESET', 'the answer to COMMIT was lost')
      return result
    },
  }
  await addDevice(db, valve, 'valve')
  const registry = await Registry.load(db)
  const twins = new Twins(registry)
  const counted: CommandStatus[] = []
  const delivered: string[] = []
  const world = {
    now: 1_000_000_000_000_000,
    isThere: false,
    /** Called when it is asked who is there, just before the database notes that it is sent. */
    onAsked: () => {},
  }
  const commands = new Commands({
    db,
    registry,
    twins,
    log: silent,
    metrics: { command: (status) => counted.push(status) },
    hears(device) {
      // The database is shared: it has the valves of the other tests.
      if (device !== valve) return false
      world.onAsked()
      return world.isThere
    },
    deliver: (_device, _topic, payload) => {
      delivered.push(payload.toString())
      return true
    },
    now: () => world.now,
  })
  await commands.start()
  onTestFinished(() => commands.stop())
  const issue = async (more: Partial<Order> = {}) => {
    const issued = await commands.issue({ ...ORDER, entity: valve, device: valve, ...more })
    if (issued === 'too_many') throw new Error(issued)
    return issued.command.id
  }
  const becomes = (id: string, status: CommandStatus) =>
    until(`${id} ${status}`, () => commands.command(id)?.status === status)
  return { commands, twins, changed, counted, delivered, world, faults, issue, becomes }
}

/** A reading, as it is observed. */
const position = (valve: string, value: number, time: number) =>
  ({
    ...{ device: valve, entity: valve, quantity: 'valve-position', channel: '' },
    ...{ value, label: null, quality: 'good', time },
  }) as Parameters<Twins['observe']>[0][number]

describe('the expiry', () => {
  it('is looked at when the command leaves: the database may have taken its time', async () => {
    const { delivered, world, issue, becomes } = await commandsUnderTest('v-slow')
    world.isThere = true
    world.onAsked = () => {
      world.now += 60_000_000
      world.onAsked = () => {}
    }
    await becomes(await issue(), 'expired')
    expect(delivered).toEqual([])
  })

  it('is not a microsecond early', async () => {
    const { delivered, world, issue, becomes } = await commandsUnderTest('v-exact')
    const id = await issue()
    world.now += 60_000_000 - 1
    world.isThere = true
    await becomes(id, 'sent')
    await until('it to leave', () => delivered.length === 1)
    world.now += 1
    await becomes(id, 'expired')
  })
})

it('counts each step once, and shows in the twin what is desired', async () => {
  const { commands, twins, counted, world, issue, becomes } = await commandsUnderTest('v-counted')
  const older = await issue()
  const newer = await issue({ args: { position: 40 } })
  expect(commands.command(older)?.status).toBe('cancelled')
  expect(twins.state('v-counted')?.desired['valve-position']).toMatchObject({ value: 40, status: 'queued' })
  world.isThere = true
  await becomes(newer, 'sent')
  expect(await commands.cancel(newer, 'somebody')).toBe('sent')
  world.now += 60_000_000
  await becomes(newer, 'expired')
  expect(twins.state('v-counted')?.desired).toEqual({})
  expect(counted).toEqual(['queued', 'cancelled', 'queued', 'sent', 'expired'])
})

it('an order that was sent and not answered makes room for a newer one of its name', async () => {
  const { commands, delivered, world, issue, becomes } = await commandsUnderTest('v-newer')
  world.isThere = true
  const older = await issue()
  await becomes(older, 'sent')
  const newer = await issue({ args: { position: 40 } })
  await becomes(newer, 'sent')
  expect(commands.command(older)).toMatchObject({ status: 'cancelled', replacedBy: newer })
  await until('both to have left', () => delivered.length === 2)
  commands.listening('v-newer')
  await until('the newer one again', () => delivered.length === 3)
  expect(delivered.map((text) => JSON.parse(text).id)).toEqual([older, newer, newer])
})

it('what was committed and its answer lost is found again, and goes on', async () => {
  const { commands, delivered, world, faults, issue } = await commandsUnderTest('v-lost')
  faults.lostAnswers = 1
  await expect(issue({ key: 'click-1' })).rejects.toThrow('lost')
  const id = await until(
    'it to be known',
    () => [...commands.recent()].find(({ device }) => device === 'v-lost')?.id,
  )
  expect(await issue({ key: 'click-1' })).toBe(id)
  // That it is sent is committed, and not heard of: it is sent all the same.
  faults.lostAnswers = 1
  world.isThere = true
  await until('it to leave', () => delivered.length === 1)
  expect(JSON.parse(delivered[0] ?? '').id).toBe(id)
})

it('what ended unheard of is shown, and counted, once everything is read anew', async () => {
  const { commands, counted, world, faults, issue, becomes } = await commandsUnderTest('v-unheard')
  world.isThere = true
  const id = await issue()
  await becomes(id, 'sent')
  const reply = { id, device: 'v-unheard', name: 'set-position', status: 'done', detail: null } as const
  await applyReplies(store.db, [{ ...reply, receivedAt: world.now }])
  expect(commands.command(id)?.status).toBe('sent')
  faults.lostAnswers = 1
  await expect(issue({ args: { position: 40 } })).rejects.toThrow('lost')
  await becomes(id, 'done')
  expect(counted.filter((status) => status === 'done')).toHaveLength(1)
})

it('what the retention let go is followed no more, come what may', async () => {
  const { commands, twins, changed, counted, world, issue, becomes } = await commandsUnderTest('v-let-go')
  world.isThere = true
  const id = await issue()
  await becomes(id, 'sent')
  const reply = { id, device: 'v-let-go', name: 'set-position', status: 'done', detail: null } as const
  await applyReplies(store.db, [{ ...reply, receivedAt: world.now }])
  commands.answered([id])
  await becomes(id, 'done')
  await trimCommands(store.db, world.now + 1)
  twins.observe([position('v-let-go', 30, world.now + 1)])
  await until('a try to write it', () => changed.length > 0)
  // Two looks later: each would have tried again.
  await becomes(await issue({ name: 'one' }), 'sent')
  await becomes(await issue({ name: 'other' }), 'sent')
  expect(changed.filter((ids) => String(ids).includes(id))).toHaveLength(1)
  expect(counted.filter((status) => status === 'done')).toHaveLength(1)
})

it('a reading that came after it was sent tells that it was done, though the clock of its device is behind', async () => {
  const { commands, twins, world, issue, becomes } = await commandsUnderTest('v-behind')
  // Before it was sent, and already what is asked: it tells nothing.
  twins.observe([position('v-behind', 30, world.now - 20_000_000)])
  world.isThere = true
  const id = await issue()
  await becomes(id, 'sent')
  world.now += 30_000_000
  await becomes(await issue({ name: 'another look' }), 'sent')
  expect(commands.command(id)?.reported).toBe('awaited')
  twins.observe([position('v-behind', 30, world.now - 40_000_000)])
  await becomes(id, 'done')
  expect(commands.command(id)?.reported).toBe('reached')
})
