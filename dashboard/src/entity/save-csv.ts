import { historyPages } from '../curves/load-curve.ts'
import type { Resolution } from '../curves/resolution.ts'
import { type CsvSource, csvHead, csvRows, fileName } from './csv.ts'
import { saveFile } from './save-file.ts'
import type { Window } from './view.ts'

export interface CsvOrder extends Window {
  readonly entityId: string
  readonly sources: readonly CsvSource[]
  readonly resolution: Resolution
}

/** More rows than this Excel does not open. */
export const CSV_ROWS_MAX = 1_000_000
const PAGE_ITEMS = 10_000

/** Saves all there is of the window, quantity after quantity. Says how many rows there are so far, and stops when told to.
 *  False: there were more than a file may have. */
export async function saveCsv(
  { entityId, fromMs, toMs, sources, resolution }: CsvOrder,
  progress: (rows: number) => void,
  isStopped: () => boolean,
): Promise<boolean> {
  const parts = [csvHead(resolution)]
  let rows = 0
  let isWhole = true
  for (const source of sources) {
    for await (const items of historyPages(
      { entityId, key: source.key, fromMs, toMs, resolution },
      PAGE_ITEMS,
    )) {
      if (isStopped()) return true
      const taken = items.slice(0, CSV_ROWS_MAX - rows)
      parts.push(csvRows(source, taken))
      rows += taken.length
      progress(rows)
      isWhole = taken.length === items.length
      if (!isWhole) break
    }
    if (!isWhole) break
  }
  const blob = new Blob(parts, { type: 'text/csv;charset=utf-8' })
  saveFile(blob, fileName(entityId, fromMs, toMs, `_${resolution}.csv`))
  return isWhole
}
