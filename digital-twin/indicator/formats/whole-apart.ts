import { Worker } from 'node:worker_threads'
import { InTurn } from '../../../core/in-turn.ts'
import type { WholeRequest } from './whole.ts'

const HEAP_MB_MAX = 512

/** One at a time: there are few cores, and one of them takes messages in. */
const turns = new InTurn()

/** The same as `whole`, in a thread of its own: a workbook of a whole province takes seconds. */
export const wholeApart = (request: WholeRequest): Promise<string | Uint8Array> =>
  turns.do(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL('./whole-worker.ts', import.meta.url), {
          workerData: request,
          resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
        })
        worker.once('message', resolve)
        worker.once('error', reject)
        worker.once('exit', () => reject(new Error('the thread that writes figures ended without a word')))
      }),
  )
