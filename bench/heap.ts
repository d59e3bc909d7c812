import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Judged, judged, shownJudged, textTable } from './figures.ts'

/** As bench/memory.ts tells them. */
export interface HeapBytes {
  readonly entities: number
  /** With its registry entry, and a state of two quantities. */
  readonly perTwinEntity: number
  readonly perDevice: number
  readonly perSeries: number
  /** An entity with one device and two series. */
  readonly bytesPerEntity: number
}

export interface MemoryFigures extends Omit<HeapBytes, 'perTwinEntity' | 'perSeries'> {
  readonly perTwinEntity: Judged
  readonly perSeries: Judged
}

const BYTES_MAX = 1024

export async function measureMemory(entities: number): Promise<MemoryFigures> {
  const script = fileURLToPath(new URL('./memory.ts', import.meta.url))
  const args = [script, '--entities', String(entities)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const found = JSON.parse(stdout) as HeapBytes
  return {
    ...found,
    perTwinEntity: judged(found.perTwinEntity, BYTES_MAX),
    perSeries: judged(found.perSeries, BYTES_MAX),
  }
}

export const memoryTable = (figures: MemoryFigures): string =>
  textTable(
    ['heap bytes of', 'bytes'],
    [
      ['twin entity', shownJudged(figures.perTwinEntity)],
      ['device', String(figures.perDevice)],
      ['series', shownJudged(figures.perSeries)],
      ['entity with a device and two series', String(figures.bytesPerEntity)],
    ],
    1,
  )
