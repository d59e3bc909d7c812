import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { until } from './until.ts'

const ROOT = '/usr/lib/postgresql'

/** The folder of Debian's PostgreSQL programs; null where the package is not installed. */
export function postgresBin(): string | null {
  if (!existsSync(ROOT)) return null
  const [newest] = readdirSync(ROOT).sort((a, b) => Number(b) - Number(a))
  return newest === undefined ? null : join(ROOT, newest, 'bin')
}

export interface Postgres {
  readonly url: string
  /** A new empty database; gives its URL. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

/** A PostgreSQL server of our own on loopback and a free port, in a temporary folder. It refuses to run as root, so there
 *  it runs as the user that Debian's package made for it. */
export async function startPostgres(): Promise<Postgres> {
  const bin = postgresBin()
  if (bin === null) throw new Error('PostgreSQL is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-postgres-'))
  const isRoot = process.getuid?.() === 0
  const owner = isRoot
    ? {
        uid: Number(execFileSync('id', ['-u', 'postgres'])),
        gid: Number(execFileSync('id', ['-g', 'postgres'])),
      }
    : {}
  if (isRoot) chownSync(folder, owner.uid ?? 0, owner.gid ?? 0)
  const data = join(folder, 'data')
  const port = await freePort()
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...owner, cwd: folder, stdio: 'ignore' },
  )
  const server = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
    ],
    {
      ...owner,
      cwd: folder,
      stdio: 'ignore',
    },
  )
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await until('PostgreSQL to answer', () => answers(url))
  return {
    url,
    async createDatabase(name) {
      await query(url, `create database ${name}`)
      return url.replace(/postgres$/, name)
    },
    async stop() {
      await end(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function end(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGINT')
  await gone
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(text).finally(() => client.end())
}

const answers = (url: string) =>
  query(url, 'select 1').then(
    () => true,
    () => false,
  )

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
