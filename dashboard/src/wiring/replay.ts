import { type Signal, signal } from '@preact/signals'
import { get, post, RequestError } from '../wire/client.ts'
import type { Items, Rejection } from './wire.ts'

interface ReplayProgress {
  readonly total: number
  readonly done: number
  /** Messages now taken in whole. */
  readonly mended: number
  readonly stored: number
  readonly refusedAgain: number
  /** The platform did not answer, or would not. */
  readonly failed: number
  readonly running: boolean
}

/** At most so many are replayed in one go. */
const REPLAYS_MAX = 200

export interface Replay {
  readonly progress: Signal<ReplayProgress>
  stop(): void
}

/** Sends the messages in again, one after the other, oldest first: the order in which they came. */
export function replay(rejections: readonly Rejection[], done: () => void): Replay {
  const ids = rejections
    .filter(({ replayable, resolvedAt }) => replayable && resolvedAt === null)
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .slice(0, REPLAYS_MAX)
  const progress = signal<ReplayProgress>({
    total: ids.length,
    done: 0,
    mended: 0,
    stored: 0,
    refusedAgain: 0,
    failed: 0,
    running: true,
  })
  let stopped = false
  const add = (part: Partial<ReplayProgress>): void => {
    progress.value = { ...progress.value, ...part, done: progress.value.done + 1 }
  }
  const run = async (): Promise<void> => {
    for (const id of ids) {
      if (stopped) break
      const { mended, stored, refusedAgain, failed } = progress.value
      try {
        const answer = await post<{ stored: number; resolvedAt: string | null }>(
          `/rejections/${id}/replay`,
          {},
        )
        const isMended = answer.resolvedAt !== null
        add({
          stored: stored + answer.stored,
          mended: mended + (isMended ? 1 : 0),
          refusedAgain: refusedAgain + (isMended ? 0 : 1),
        })
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        add({ failed: failed + 1 })
      }
    }
    progress.value = { ...progress.value, running: false }
    done()
  }
  void run()
  return {
    progress,
    stop() {
      stopped = true
    },
  }
}

/** The open rejections of a device with a code. */
export async function openRejections(device: string, code: string | null): Promise<Rejection[]> {
  const { items } = await get<Items<Rejection>>('/rejections', {
    device,
    ...(code === null ? {} : { code }),
    limit: REPLAYS_MAX,
  })
  return items.filter(({ resolvedAt }) => resolvedAt === null)
}
