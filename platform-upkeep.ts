import type { Config } from './config.ts'
import type { Log } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import type { Commands } from './digital-twin/commands/commands.ts'
import type { Domain } from './domain.ts'
import { MEBIBYTE } from './platform-settings.ts'
import type { Security } from './security.ts'
import { startJobs } from './store/jobs.ts'

/** How often moves that were dated ahead are looked for. */
const MOVES_MS = 600_000

interface UpkeepNeeds {
  readonly domain: Domain
  readonly security: Security
  readonly commands: Commands
  readonly log: Log
}

/** The store's jobs, the alarms, the commands and the dated moves; they begin once the database is there. */
export class Upkeep {
  readonly #config: Config
  readonly #domain: Domain
  readonly #security: Security
  readonly #commands: Commands
  readonly #log: Log
  #moves: NodeJS.Timeout | null = null
  #jobs: { stop(): Promise<void> } | null = null
  #isStopped = false

  constructor(config: Config, { domain, security, commands, log }: UpkeepNeeds) {
    this.#config = config
    this.#domain = domain
    this.#security = security
    this.#commands = commands
    this.#log = log
  }

  async start(): Promise<void> {
    if (this.#isStopped) return
    const { LATE_DAYS, RETENTION_DAYS, REJECTION_DAYS, REJECTION_MEGABYTES_MAX } = this.#config
    const settings = {
      lateDays: LATE_DAYS,
      retentionDays: RETENTION_DAYS,
      rejectionDays: REJECTION_DAYS,
      rejectionBytesMax: REJECTION_MEGABYTES_MAX * MEBIBYTE,
    }
    await this.#security.start()
    await this.#commands.start()
    this.#jobs = await startJobs(this.#domain.store, settings, this.#log)
    this.#moves = setInterval(() => void applyMoves(this.#domain, this.#log), MOVES_MS).unref()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#moves) clearInterval(this.#moves)
    await this.#commands.stop()
    await this.#security.stop()
    await this.#jobs?.stop()
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
