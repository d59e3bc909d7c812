import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { openStore } from '../../../store/store.ts'
import { addDevice, copyOfSnapshot } from '../../support/data-folder.ts'
import { silent } from '../../support/silent-log.ts'
import { checkStored } from './check.ts'
import { Load } from './load.ts'

const PORT_OF_NOBODY = 1

describe('the check for lost readings', () => {
  it('tells what is missing, what has another value, and what nobody sent', async () => {
    const store = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
    const load = new Load(PORT_OF_NOBODY, [{ device: 'wm-0', password: '' }], {
      perSecond: 1,
      inFlightMax: 1,
      refusedEvery: 0,
    })
    const { db } = await openStore(store, silent, () => {})
    await addDevice(db, 'wm-0')
    await db.exec(
      `insert into series (device_id, entity_id, quantity, unit) values ('wm-0', 'wm-0', 'water-volume', 'm3')`,
    )
    // Readings 1 and 2 as sent, 3 with another value, 4 missing.
    for (const [sequence, value] of [
      [1, 1],
      [2, 2],
      [3, 33],
    ])
      await db.query({
        text: `insert into observation (series_id, time, value, received_at)
               select id, to_timestamp($1::float8 / 1000), $2, now() from series`,
        values: [load.baseMs + (sequence ?? 0), value ?? 0],
      })
    await db.close()
    const [device] = load.devices
    assert.ok(device)
    const found = await checkStored(store, load, new Map([[device, [1, 2, 3, 4, 5]]]), (n) => n === 5)
    assert.deepEqual(found, {
      acknowledged: 5,
      lost: 2,
      wrong: 1,
      rows: 3,
      examples: ['wm-0 #3', 'wm-0 #4'],
    })
  })
})
