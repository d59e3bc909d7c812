import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { residentBytes } from './memory.ts'
import type { Scene } from './scene.ts'
import { type Slope, slopeOf } from './slope.ts'

export interface Sample {
  readonly minute: number
  readonly residentBytes: number
  readonly heapBytes: number
  /** Null on a server, which is not the platform's. */
  readonly databaseBytes: number | null
  readonly spoolMessages: number
}

export interface Trend {
  readonly kibPerMinute: number
  readonly standardErrorKib: number
  readonly meanKib: number
  readonly isFlat: boolean
}

const FLAT_SHARE_PER_MINUTE = 0.005
const NOISE_ERRORS = 2

export async function takeSample(scene: Scene, startedAtMs: number): Promise<Sample> {
  const [heapBytes, spoolMessages] = await Promise.all([
    scene.metric('nodejs_heap_size_used_bytes'),
    scene.metric('spool_messages'),
  ])
  return {
    minute: (performance.now() - startedAtMs) / 60_000,
    residentBytes: residentBytes(scene.platform.process.pid),
    heapBytes,
    databaseBytes: scene.store === 'embedded' ? folderBytes(join(scene.env.DATA_DIR, 'postgres')) : null,
    spoolMessages,
  }
}

/** How memory goes in the second half: the first is warm-up. Flat: not told from noise, or too small to matter. */
export function trendOf(samples: readonly Sample[], figure: 'residentBytes' | 'heapBytes'): Trend {
  const half = samples.slice(Math.floor(samples.length / 2))
  const slope: Slope = slopeOf(half.map((sample) => [sample.minute, sample[figure] / 1024]))
  const { perX: kibPerMinute, standardError: standardErrorKib, mean: meanKib } = slope
  const isNoise = !(kibPerMinute > NOISE_ERRORS * standardErrorKib)
  return {
    kibPerMinute,
    standardErrorKib,
    meanKib,
    isFlat: isNoise || kibPerMinute < FLAT_SHARE_PER_MINUTE * meanKib,
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
