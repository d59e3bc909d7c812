import { Worker } from 'node:worker_threads'
import { err, type Result } from '../../core/result.ts'
import { LIMITS } from './limits.ts'
import { type ScriptFault, type ScriptReply, type ScriptRequest, scriptFault } from './script-protocol.ts'

type Answer = Result<string, ScriptFault>

interface Job {
  readonly request: ScriptRequest
  readonly settle: (answer: Answer) => void
}

/** Sent ahead, so that the worker need not wait for the main thread between two. */
const IN_FLIGHT_MAX = 16

/**
 * Requests in order to one worker, which is started when first needed. A worker that dies, or takes too long by the
 * clock, costs the request it was at; the ones behind it go to the next worker.
 */
export class ScriptQueue {
  readonly #waiting: Job[] = []
  /** The first is the one that the worker is at. */
  readonly #inFlight: Job[] = []
  readonly #ending = new Set<Promise<unknown>>()
  #worker: Worker | undefined
  #timer: NodeJS.Timeout | undefined
  #answered = 0
  #nextId = 1
  #closed = false

  ask(request: Omit<ScriptRequest, 'id'>): Promise<Answer> {
    if (this.#closed) return Promise.resolve(err(scriptFault('busy', 'the sandbox is closed')))
    if (this.#waiting.length + this.#inFlight.length >= LIMITS.pending)
      return Promise.resolve(err(scriptFault('busy', `${LIMITS.pending} scripts are waiting already`)))
    return new Promise((settle) => {
      this.#waiting.push({ request: { ...request, id: this.#nextId++ }, settle })
      this.#send()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { settle } of [...this.#inFlight.splice(0), ...this.#waiting.splice(0)])
      settle(err(scriptFault('busy', 'the sandbox is closed')))
    this.#end()
    await Promise.all(this.#ending)
  }

  #send(): void {
    while (this.#inFlight.length < IN_FLIGHT_MAX) {
      const job = this.#waiting.shift()
      if (!job) break
      if (!this.#worker) this.#worker = this.#start()
      else if (this.#inFlight.length === 0) this.#watch(LIMITS.wallMs)
      this.#inFlight.push(job)
      this.#worker.postMessage(job.request)
    }
    if (this.#inFlight.length > 0) this.#worker?.ref()
    else this.#worker?.unref()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./script-worker.ts', import.meta.url), {
      // The interpreter recurses on this stack as well as on its own, whose end must come first.
      resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 },
      // Nothing in this thread has use for secrets, arguments or the options of the process.
      env: {},
      argv: [],
      execArgv: [],
    })
    worker.on('message', (reply: ScriptReply) => {
      if (worker === this.#worker) this.#answer(reply)
    })
    worker.on('error', (error) => this.#lose(worker, `the worker failed: ${error.message}`))
    worker.on('exit', (code) => this.#lose(worker, `the worker left with code ${code}`))
    this.#watch(LIMITS.startMs)
    return worker
  }

  #answer({ id, result }: ScriptReply): void {
    this.#answered++
    if (id !== 0) {
      const job = this.#inFlight.shift()
      if (job?.request.id !== id) throw new Error(`the worker answered ${id} out of turn`)
      job.settle(result)
      if (!result.ok && result.error.code === 'crashed') return this.#restart()
    }
    this.#watch(LIMITS.wallMs)
    this.#send()
  }

  #watch(withinMs: number): void {
    clearTimeout(this.#timer)
    const worker = this.#worker
    const answered = this.#answered
    this.#timer = setTimeout(() => {
      // A main thread that was held up itself hears of its timer before the worker's answers: read those first.
      setImmediate(() => {
        if (worker !== this.#worker || answered !== this.#answered || this.#inFlight.length === 0) return
        this.#fail(scriptFault('timeout', `did not end within ${withinMs} ms`))
      })
    }, withinMs)
    this.#timer.unref()
  }

  #lose(worker: Worker, detail: string): void {
    if (worker === this.#worker) this.#fail(scriptFault('crashed', detail))
  }

  /** The request that the worker was at takes the blame. */
  #fail(fault: ScriptFault): void {
    this.#inFlight.shift()?.settle(err(fault))
    this.#restart()
  }

  #restart(): void {
    this.#end()
    this.#waiting.unshift(...this.#inFlight.splice(0))
    this.#send()
  }

  #end(): void {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    if (!worker) return
    const gone = worker.terminate().finally(() => this.#ending.delete(gone))
    this.#ending.add(gone)
  }
}
