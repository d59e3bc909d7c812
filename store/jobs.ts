import type { Log } from '../core/ports.ts'
import { DAY_US, microsNow } from '../core/time.ts'
import {
  checkpoint,
  listPolicyJobs,
  ROLLUPS,
  refreshLateRollups,
  refreshRollup,
  runPolicyJob,
  vacuum,
  walBytes,
} from './maintenance.ts'
import { trimRejections } from './rejections.ts'
import { trimSessionEvents } from './sessions.ts'
import type { Store } from './store.ts'

interface Job {
  readonly name: string
  readonly everyMs: number
  run(): Promise<string | null>
}

export interface JobSettings {
  readonly lateDays: number
  readonly retentionDays: number
  readonly rejectionDays: number
  readonly rejectionBytesMax: number
}

const MINUTE_MS = 60_000
// The embedded database reads no configuration file, so max_wal_size stays at 1 GB; a checkpoint keeps pg_wal small.
const WAL_BYTES_BETWEEN_CHECKPOINTS = 48 * 1024 * 1024

/** Runs the store's upkeep, one job at a time, and logs each run. Stop waits for the run under way. */
export async function startJobs(
  { db, flavour }: Store,
  settings: JobSettings,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false
  const isStopped = () => stopped
  const jobs: Job[] = [trimJob()]
  if (flavour === 'timescale') jobs.push(lateRollupsJob())
  if (db.kind === 'embedded')
    jobs.push(await checkpointJob(), vacuumJob(), ...(await policyJobs()), ...ROLLUPS.map(rollupJob))

  function trimJob(): Job {
    const run = async () => {
      const gone = await trimRejections(
        db,
        microsNow() - settings.rejectionDays * DAY_US,
        settings.rejectionBytesMax,
      )
      const sessions = await trimSessionEvents(db, microsNow() - settings.retentionDays * DAY_US)
      return gone + sessions > 0
        ? `${gone} rejections and ${sessions} session events past their limits were dropped`
        : null
    }
    return { name: 'trim', everyMs: 10 * MINUTE_MS, run }
  }

  function lateRollupsJob(): Job {
    const run = async () => {
      const days = await refreshLateRollups(db, isStopped)
      return days > 0 ? `rollups computed again for ${days} days with late readings` : null
    }
    return { name: 'refresh late rollups', everyMs: 5 * MINUTE_MS, run }
  }

  async function checkpointJob(): Promise<Job> {
    let at = await walBytes(db)
    const run = async () => {
      const now = await walBytes(db)
      if (now - at < WAL_BYTES_BETWEEN_CHECKPOINTS) return null
      await checkpoint(db)
      const written = now - at
      at = now
      return `checkpoint after ${Math.round(written / 1_048_576)} MiB of log`
    }
    return { name: 'checkpoint', everyMs: 10_000, run }
  }

  function vacuumJob(): Job {
    const run = async () => {
      await vacuum(db)
      return 'plain tables vacuumed and analysed'
    }
    return { name: 'vacuum', everyMs: 6 * 60 * MINUTE_MS, run }
  }

  async function policyJobs(): Promise<Job[]> {
    const policies = await listPolicyJobs(db)
    return policies.map(({ id, name, everyS }) => ({
      name,
      everyMs: everyS * 1000,
      run: async () => {
        await runPolicyJob(db, id)
        return 'policy ran'
      },
    }))
  }

  function rollupJob(rollup: (typeof ROLLUPS)[number]): Job {
    const run = async () => {
      await refreshRollup(db, rollup, settings.lateDays, isStopped)
      return 'rollup refreshed'
    }
    return { name: rollup.name, everyMs: rollup.passEveryMs, run }
  }

  const schedule = runOnSchedule(jobs, log)
  return {
    stop() {
      stopped = true
      return schedule.stop()
    },
  }
}

function runOnSchedule(jobs: readonly Job[], log: Log): { stop(): Promise<void> } {
  const due = new Map(jobs.map((job) => [job, Date.now() + Math.min(job.everyMs, MINUTE_MS)]))
  let running: Promise<void> | null = null
  let stopped = false

  async function runDue(): Promise<void> {
    for (const job of jobs) {
      if (stopped || (due.get(job) ?? 0) > Date.now()) continue
      const startedAt = Date.now()
      try {
        const result = await job.run()
        if (result !== null) log.info({ job: job.name, ms: Date.now() - startedAt }, result)
      } catch (error) {
        log.error(
          { job: job.name, err: error },
          'upkeep of the database failed; it is tried again on schedule',
        )
      }
      due.set(job, Date.now() + job.everyMs)
    }
  }

  const timer = setInterval(() => {
    running ??= runDue().finally(() => {
      running = null
    })
  }, 1000)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
