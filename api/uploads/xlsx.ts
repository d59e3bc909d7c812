import { Worker } from 'node:worker_threads'
import { FileFault } from './table.ts'

export interface XlsxRequest {
  readonly bytes: ArrayBuffer
  /** Its name, or its number from 1. */
  readonly sheet: string | number
}

export type XlsxReply = { readonly lines: string[][] } | { readonly fault: string }

const HEAP_MB_MAX = 512
const READING_MS_MAX = 30_000

/** Lines of one sheet of a workbook; days as `YYYY-MM-DD`, formulas as what they last came to. Read in a thread of its own, which
 *  is ended when it needs too much. Throws FileFault. */
export async function* readXlsx(body: Buffer, sheet: string | number): AsyncGenerator<readonly string[]> {
  const bytes = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer
  const request: XlsxRequest = { bytes, sheet }
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url), {
    workerData: request,
    transferList: [bytes],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  })
  const reply = await replyOf(worker).finally(() => void worker.terminate())
  if ('fault' in reply) throw new FileFault(reply.fault)
  yield* reply.lines
}

const TOO_MUCH: XlsxReply = { fault: 'the sheet is too large for a workbook: send it as CSV' }

function replyOf(worker: Worker): Promise<XlsxReply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(TOO_MUCH), READING_MS_MAX)
    worker.once('message', (reply: XlsxReply) => resolve(reply))
    worker.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(TOO_MUCH) : reject(error),
    )
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new Error('the thread that reads workbooks ended without a word'))
    })
  })
}
