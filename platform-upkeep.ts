import type { Config } from './config.ts'
import type { Log } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import type { Domain } from './domain.ts'
import { MEBIBYTE } from './platform-settings.ts'
import { startJobs } from './store/jobs.ts'

/** How often moves that were dated ahead are looked for. */
const MOVES_MS = 600_000

/** `stop` may be called before it was started, and again. */
interface Part {
  start(): Promise<void>
  stop(): Promise<void>
}

interface UpkeepNeeds {
  readonly domain: Domain
  readonly security: Part
  readonly commands: Part
  readonly log: Log
}

/** The store's jobs, the alarms, the commands and the dated moves; they begin once the database is there. */
export class Upkeep {
  readonly #toStart: Part[]
  readonly #toStop: readonly Part[]
  #isStopped = false

  constructor(config: Config, { domain, security, commands, log }: UpkeepNeeds) {
    const jobs = jobsOf(config, domain, log)
    const moves = movesOf(domain, log)
    this.#toStart = [security, commands, jobs, moves]
    this.#toStop = [moves, commands, security, jobs]
  }

  /** Called again after it failed, it goes on with the part that did not start. */
  async start(): Promise<void> {
    for (let part = this.#toStart[0]; part && !this.#isStopped; part = this.#toStart[0]) {
      await part.start()
      this.#toStart.shift()
      // It was told to stop before it was there.
      if (this.#isStopped) await part.stop()
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const part of this.#toStop) await part.stop()
  }
}

function jobsOf(
  { LATE_DAYS, RETENTION_DAYS, REJECTION_DAYS, REJECTION_MEGABYTES_MAX }: Config,
  { store }: Domain,
  log: Log,
): Part {
  const settings = {
    lateDays: LATE_DAYS,
    retentionDays: RETENTION_DAYS,
    rejectionDays: REJECTION_DAYS,
    rejectionBytesMax: REJECTION_MEGABYTES_MAX * MEBIBYTE,
  }
  let jobs: Awaited<ReturnType<typeof startJobs>> | null = null
  return {
    async start() {
      jobs = await startJobs(store, settings, log)
    },
    stop: async () => jobs?.stop(),
  }
}

function movesOf(domain: Domain, log: Log): Part {
  let timer: NodeJS.Timeout | undefined
  return {
    async start() {
      timer = setInterval(() => void applyMoves(domain, log), MOVES_MS).unref()
    },
    stop: async () => clearInterval(timer),
  }
}

/** Puts the entities whose move has come into their new area. */
async function applyMoves({ registry, twins }: Domain, log: Log): Promise<void> {
  try {
    for (const entity of await registry.applyMoves(microsNow())) twins.entityChanged(entity)
  } catch (error) {
    log.warn({ err: error }, 'dated moves were not applied; they are tried again')
  }
}
