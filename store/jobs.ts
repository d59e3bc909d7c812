import type { Log } from '../core/ports.ts'
import type { Store } from './store.ts'
import { type Job, type JobSettings, upkeepJobs } from './upkeep.ts'

const TICK_MS = 1000
const FIRST_RUN_MS_MAX = 60_000
/** After a run a job rests for at least so many times as long as the run took, so that none keeps the database busy for
 *  more than a fifth of the time, however much there is to do. */
const REST_TIMES = 4

/** Runs the store's upkeep, one job at a time, and logs each run. Stop waits for the run under way. */
export async function startJobs(
  store: Store,
  settings: JobSettings,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false
  const schedule = runOnSchedule(await upkeepJobs(store, settings, () => stopped), log)
  return {
    stop() {
      stopped = true
      return schedule.stop()
    },
  }
}

function runOnSchedule(jobs: readonly Job[], log: Log): { stop(): Promise<void> } {
  const due = new Map(jobs.map((job) => [job, Date.now() + Math.min(job.everyMs, FIRST_RUN_MS_MAX)]))
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
      due.set(job, Date.now() + Math.max(job.everyMs, REST_TIMES * (Date.now() - startedAt)))
    }
  }

  const timer = setInterval(() => {
    running ??= runDue().finally(() => {
      running = null
    })
  }, TICK_MS)
  timer.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
