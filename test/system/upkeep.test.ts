import { afterAll, beforeAll, expect, it } from 'vitest'
import { ConfigSchema } from '../../config.ts'
import type { Domain } from '../../domain.ts'
import { Upkeep } from '../../platform-upkeep.ts'
import { DbError } from '../../store/db.ts'
import { openStore, type Store } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

let store: Store
beforeAll(async () => {
  const settings = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
  store = await openStore(settings, silent, () => {})
})
afterAll(() => store.db.close())

/** What is done to two parts, of which the second fails to start as often as it is told. */
function upkeepUnderTest(failures: number, onStarting = () => {}) {
  const done: string[] = []
  const part = (name: string, starting = () => {}) => ({
    async start() {
      done.push(`${name} starts`)
      starting()
    },
    stop: async () => void done.push(`${name} stops`),
  })
  const commands = part('commands', () => {
    onStarting()
    if (failures-- > 0) throw new DbError('08006', 'the connection was lost')
  })
  const domain = { store } as Domain
  return {
    done,
    upkeep: new Upkeep(ConfigSchema.parse({}), { domain, security: part('alarms'), commands, log: silent }),
  }
}

it('a start that failed goes on where it failed, and starts nothing twice', async () => {
  const { done, upkeep } = upkeepUnderTest(1)
  await expect(upkeep.start()).rejects.toThrow('lost')
  await upkeep.start()
  expect(done).toEqual(['alarms starts', 'commands starts', 'commands starts'])
  await upkeep.stop()
})

it('what is told to stop while it starts does not stay', async () => {
  let stopping = Promise.resolve()
  const { done, upkeep } = upkeepUnderTest(0, () => {
    stopping = upkeep.stop()
  })
  await upkeep.start()
  await stopping
  // Once with all parts, and once more when it was there.
  expect(done.filter((what) => what === 'commands stops')).toHaveLength(2)
})
