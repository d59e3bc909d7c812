import { afterAll, beforeAll, expect, it } from 'vitest'
import { alarmsDuring } from '../../store/replay.ts'
import { openStore, type Store } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

let store: Store
beforeAll(async () => {
  const settings = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
  store = await openStore(settings, silent, () => {})
})
afterAll(() => store.db.close())

it('of entities that are named, the alarms of others take no place', async () => {
  await store.db.query({
    text: `insert into alarm (kind, rule, key, severity, entity_id, text, details, raised_at, last_at, count)
           select 'process', 'high', 'key-' || n, 'high', case n when 1 then 'quiet' when 9 then null else 'noisy' end,
             'high', '{}', from_us(n), from_us(n), 1 from generate_series(1, 9) n`,
  })
  const window = { from: 0, to: 100, stepUs: 1 }
  const of = async (entities: readonly string[] | null, limit: number) =>
    (await alarmsDuring(store.db, window, { entities, before: Number.MAX_SAFE_INTEGER, limit })).map(
      ({ entity }) => entity,
    )
  expect(await of(['quiet'], 3)).toEqual(['quiet'])
  expect(await of(['quiet', 'noisy'], 2)).toEqual(['noisy', 'noisy'])
  expect(await of(null, 2)).toEqual([null, 'noisy'])
})
