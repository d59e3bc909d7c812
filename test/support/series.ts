import type { Db } from '../../store/db.ts'
import { insertChecked, type ObservationRow, type Verdict } from '../../store/observations.ts'
import { requestRollupRefresh } from '../../store/rollup-refresh.ts'
import { SeriesIndex } from '../../store/series.ts'
import { addDevice } from './data-folder.ts'

/** A water meter with one series: makes rows of it. */
export async function meter(db: Db, id: string): Promise<(time: number, value: number) => ObservationRow> {
  await addDevice(db, id)
  const key = { device: id, entity: id, quantity: 'water-flow', channel: '', unit: 'm3/h' }
  const series = new SeriesIndex(db)
  await series.resolve([key])
  const seriesId = series.find(key) ?? 0
  return (time, value) => ({
    seriesId,
    time,
    value,
    label: null,
    quality: 'good',
    receivedAt: Date.now() * 1000,
  })
}

/** Stores a batch as the pipeline does, and notes what is late. */
export const put = (db: Db, rows: readonly ObservationRow[]): Promise<Verdict[]> =>
  db.transaction(async (tx) => {
    const verdicts = await insertChecked(tx, rows)
    await requestRollupRefresh(
      tx,
      rows.filter((_, i) => verdicts[i] === 'stored'),
    )
    return verdicts
  })
