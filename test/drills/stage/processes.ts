import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from '../../../bench/at-exit.ts'
import { type Postgres, type PostgresSettings, postgresBin, startPostgres } from '../../support/postgres.ts'
import { type PlatformProcess, spawnPlatform } from '../../support/spawn-platform.ts'
import { Skipped } from './drill.ts'

const READY_MS = 60_000

/** A temporary folder; gone when it is given back, or when the drills end. */
export function temporaryFolder(what: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `plumbline-drill-${what}-`))
  const remove = atExit(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  return { path, remove }
}

/** The platform, ended with the drills at the latest. Fails when it is not ready in a minute. */
export async function startPlatform(
  env: Record<string, string> & { DATA_DIR: string },
): Promise<PlatformProcess> {
  let kill = () => {}
  const started = spawnPlatform(env, (child) => {
    kill = endedWithUs(child)
  })
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`the platform was not ready in ${READY_MS} ms`)), READY_MS).unref(),
  )
  try {
    return await Promise.race([started, late])
  } catch (error) {
    kill()
    started.catch(() => {})
    throw error
  }
}

/** A PostgreSQL of Debian's packages with its default settings, so with fsync; ended with the drills at the latest. */
export async function startServer(settings: PostgresSettings = {}): Promise<Postgres> {
  if (postgresBin() === null) throw new Skipped('no PostgreSQL (Debian: apt-get install postgresql)')
  const postgres = await startPostgres(settings)
  const end = atExit(() => {
    killQuietly(postgres.pid, 'SIGQUIT')
    rmSync(postgres.folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const stop = postgres.stop.bind(postgres)
  postgres.stop = async () => {
    await stop()
    end()
  }
  return postgres
}

/** Starts a program whose output nobody reads. */
export function startProgram(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' })
  endedWithUs(child)
  return child
}

/** Kills the child when the drills end, if it has not ended before; what it gives kills it now. */
function endedWithUs(child: ChildProcess): () => void {
  const kill = atExit(() => child.kill('SIGKILL'))
  // Its pid may be somebody else's after its end.
  child.once('exit', kill)
  return kill
}

export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}
