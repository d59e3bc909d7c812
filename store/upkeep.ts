import { DAY_US, microsNow } from '../core/time.ts'
import { trimAlarms } from './alarms.ts'
import { trimCommands } from './commands.ts'
import type { Db } from './db.ts'
import { trimNetworks } from './device-networks.ts'
import { refreshLateRollups } from './late-rollups.ts'
import {
  advanceRollup,
  checkpoint,
  compressNextChunk,
  findRetentionJob,
  runPolicyJob,
  vacuum,
  walBytes,
} from './maintenance.ts'
import { listMaterialisations, type Materialisation } from './materialisations.ts'
import { trimRejections } from './rejections.ts'
import { trimSessionEvents } from './sessions.ts'
import type { Store } from './store.ts'

export interface Job {
  readonly name: string
  readonly everyMs: number
  /** Gives what was done, or null when there was nothing to do. */
  run(): Promise<string | null>
}

export interface JobSettings {
  readonly lateDays: number
  readonly retentionDays: number
  readonly rejectionDays: number
  readonly rejectionBytesMax: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
// The embedded database reads no configuration file, so max_wal_size stays at 1 GB; a checkpoint keeps pg_wal small.
const WAL_BYTES_BETWEEN_CHECKPOINTS = 48 * 1024 * 1024

/** The jobs that this kind of database needs from us, those first that must not wait long. */
export async function upkeepJobs(
  { db, flavour }: Store,
  settings: JobSettings,
  isStopped: () => boolean,
): Promise<Job[]> {
  const jobs = [trimJob(db, settings)]
  const materialisations = flavour === 'timescale' ? await listMaterialisations(db) : []
  if (flavour === 'timescale') jobs.unshift(lateRollupsJob(db, materialisations, settings, isStopped))
  if (db.kind === 'embedded') jobs.push(await checkpointJob(db), vacuumJob(db))
  if (db.kind === 'embedded' && flavour === 'timescale')
    jobs.push(
      ...(await retentionJobs(db)),
      compressionJob(db, settings),
      ...materialisations.map((one) => rollupJob(db, one, settings, isStopped)),
    )
  return jobs
}

function trimJob(db: Db, settings: JobSettings): Job {
  const run = async () => {
    const gone = await trimRejections(
      db,
      microsNow() - settings.rejectionDays * DAY_US,
      settings.rejectionBytesMax,
    )
    const past = microsNow() - settings.retentionDays * DAY_US
    const old =
      (await trimSessionEvents(db, past)) +
      (await trimAlarms(db, past)) +
      (await trimCommands(db, past)) +
      (await trimNetworks(db, past))
    return gone + old > 0
      ? `${gone} rejections and ${old} session events, alarms, commands and networks past their limits were dropped`
      : null
  }
  return { name: 'trim', everyMs: 10 * MINUTE_MS, run }
}

/** A run ends after about so long, and its slices are sized to take about so long each: a commit waits for one slice. */
const LATE_RUN_MS = 250
const LATE_SLICE_MS = 60
const LATE_NOTES_MIN = 4
const LATE_NOTES_MAX = 512

function lateRollupsJob(
  db: Db,
  materialisations: readonly Materialisation[],
  { lateDays }: JobSettings,
  isStopped: () => boolean,
): Job {
  let notesMax = LATE_NOTES_MIN
  const run = async () => {
    const until = performance.now() + LATE_RUN_MS
    let done = 0
    while (!isStopped() && performance.now() < until) {
      const startedAt = performance.now()
      const count = await refreshLateRollups(db, materialisations, { lateDays, notesMax })
      if (count === null || count === 0) break
      done += count
      const ms = performance.now() - startedAt
      if (ms > LATE_SLICE_MS) notesMax = Math.max(LATE_NOTES_MIN, Math.floor(notesMax / 2))
      else if (ms < LATE_SLICE_MS / 2 && count === notesMax) notesMax = Math.min(2 * notesMax, LATE_NOTES_MAX)
    }
    return done > 0 ? `rollups of ${done} days of a series computed again after late readings` : null
  }
  return { name: 'refresh late rollups', everyMs: 1000, run }
}

async function checkpointJob(db: Db): Promise<Job> {
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

function vacuumJob(db: Db): Job {
  const run = async () => {
    await vacuum(db)
    return 'plain tables vacuumed and analysed'
  }
  return { name: 'vacuum', everyMs: 6 * HOUR_MS, run }
}

async function retentionJobs(db: Db): Promise<Job[]> {
  const id = await findRetentionJob(db)
  if (id === null) return []
  const run = async () => {
    await runPolicyJob(db, id)
    return 'policy ran'
  }
  return [{ name: 'retention', everyMs: 24 * HOUR_MS, run }]
}

function compressionJob(db: Db, { lateDays }: JobSettings): Job {
  const run = async () => {
    const chunk = await compressNextChunk(db, lateDays)
    return chunk === null ? null : `compressed ${chunk}`
  }
  return { name: 'compression', everyMs: MINUTE_MS, run }
}

function rollupJob(
  db: Db,
  materialisation: Materialisation,
  { lateDays }: JobSettings,
  isStopped: () => boolean,
): Job {
  const { view, passEveryMs } = materialisation.rollup
  const run = async () => {
    await advanceRollup(db, materialisation, lateDays, isStopped)
    return 'rollup refreshed'
  }
  return { name: view, everyMs: passEveryMs, run }
}
