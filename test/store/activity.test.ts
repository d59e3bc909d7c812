import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { addDays, DAY_US, localDate, localDayStart, microsNow } from '../../core/time.ts'
import { insertActivity, outageDays } from '../../store/activity.ts'
import type { Db } from '../../store/db.ts'
import { compressNextChunk, findRetentionJob, runPolicyJob, setPolicies } from '../../store/maintenance.ts'
import { tally } from '../../store/tallies.ts'
import { addDevice, embeddedStore } from '../support/data-folder.ts'

const heard = (device: string, date: string, receivedOn = date) => ({
  device,
  localDate: date,
  receivedAt: localDayStart(receivedOn) + 1,
})

/** Days of a year by their bits: all of them, and those that came late. */
async function bitsOf(db: Db, device: string): Promise<[days: string[], late: string[]]> {
  const { rows } = await db.query<{ year: number; days: string; late: string | null }>({
    text: 'select year, days::text as days, late::text as late from activity_year where device_id = $1 order by year',
    values: [device],
  })
  const dates = (year: number, bits: string | null) =>
    [...(bits ?? '')].flatMap((bit, i) => (bit === '1' ? [addDays(`${year}-01-01`, i)] : []))
  return [
    rows.flatMap(({ year, days }) => dates(year, days)),
    rows.flatMap(({ year, late }) => dates(year, late)),
  ]
}

describe('evidence of activity', () => {
  it('is kept by year too, and says which days came late, whatever the order and however often', async () => {
    const { db } = await embeddedStore()
    const rows = [
      heard('a', '2024-12-31'),
      heard('a', '2024-12-30', '2025-01-01'),
      heard('a', '2025-01-01', '2025-01-02'),
      heard('a', '2025-12-31', '2026-02-01'),
    ]
    await insertActivity(db, rows)
    await insertActivity(db, rows.toReversed())
    const days = ['2024-12-30', '2024-12-31', '2025-01-01', '2025-12-31']
    assert.deepEqual(await bitsOf(db, 'a'), [days, ['2024-12-30', '2025-12-31']])
    // What was thought to be late had been received in time, by another way.
    await insertActivity(db, [heard('a', '2025-12-31'), heard('a', '2024-12-30', '2025-06-01')])
    assert.deepEqual(await bitsOf(db, 'a'), [days, ['2024-12-30']])
  })

  it('is compressed past the lateness window, takes late days after that, and is never dropped', async () => {
    const { db } = await embeddedStore()
    await setPolicies(db, { retentionDays: 100, lateDays: 30 })
    await addDevice(db, 'wm-1')
    await db.exec(`update device set valid_from = '2020-01-01', recorded_at = '2020-01-01'`)
    const today = localDate(microsNow())
    const old = addDays(today, -400)
    await insertActivity(db, [heard('wm-1', old), heard('wm-1', addDays(today, -60)), heard('wm-1', today)])
    const compressed: string[] = []
    for (let chunk = await compressNextChunk(db, 30); chunk !== null; chunk = await compressNextChunk(db, 30))
      compressed.push(chunk)
    assert.equal(compressed.length, 2)
    await insertActivity(db, [heard('wm-1', addDays(old, 1), today), heard('wm-1', old, addDays(old, -1))])
    assert.deepEqual((await bitsOf(db, 'wm-1'))[0], [old, addDays(old, 1), addDays(today, -60), today])
    const again = await compressNextChunk(db, 30)
    assert.equal(again, compressed[0])
    await runPolicyJob(db, (await findRetentionJob(db)) ?? 0)
    const { rows } = await db.query({ text: 'select local_date as day from activity_day order by 1' })
    assert.deepEqual(
      rows.map(({ day }) => day),
      [old, addDays(old, 1), addDays(today, -60), today],
    )
    // The late day was not known a year ago, and the look at exact receipts finds that in the compressed chunk.
    const request = { referenceDate: addDays(old, 1), windowDays: 1 }
    const ruleAsOf = async (asOf: number | null) => (await tally(db, { ...request, asOf }))[0]?.rule
    assert.equal(await ruleAsOf(null), 'ACTIVE')
    assert.equal(await ruleAsOf(microsNow() - 300 * DAY_US), undefined)
  })
})

describe('days on which nobody was heard', () => {
  it('are those between days on each of which somebody was, as known then', async () => {
    const { db } = await embeddedStore()
    const days = (from: string, count: number) => Array.from({ length: count }, (_, i) => addDays(from, i))
    // Once in November: a device that seldom sends says nothing of the platform.
    const all = ['2025-11-20', ...days('2025-12-08', 3), ...days('2025-12-13', 3), ...days('2025-12-20', 2)]
    await insertActivity(
      db,
      all.map((date) => heard('a', date)),
    )
    await insertActivity(db, [heard('b', '2025-12-12', '2026-02-01')])
    const request = { referenceDate: '2025-12-31', windowDays: 25 }
    const asOf = localDayStart('2026-01-15')
    assert.deepEqual(await outageDays(db, { ...request, asOf }), ['2025-12-11', '2025-12-12'])
    assert.deepEqual(await outageDays(db, { ...request, asOf: null }), ['2025-12-11'])
    // The day after the window is known by now, so it ended in silence.
    const ended = { referenceDate: '2025-12-11', windowDays: 2, asOf: null }
    assert.deepEqual(await outageDays(db, ended), ['2025-12-11'])
  })
})
