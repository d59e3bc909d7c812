import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export { freePort }

const ROOT = '/usr/lib/postgresql'

/** The folder of Debian's PostgreSQL programs; null where the package is not installed. */
export function postgresBin(): string | null {
  if (!existsSync(ROOT)) return null
  const [newest] = readdirSync(ROOT).sort((a, b) => Number(b) - Number(a))
  return newest === undefined ? null : join(ROOT, newest, 'bin')
}

export interface PostgresSettings {
  /** Where its files go, an empty folder that the caller made; absent: a temporary folder. */
  readonly folder?: string
  /** `name=value`, as after `-c`. */
  readonly settings?: readonly string[]
}

export interface Postgres {
  readonly url: string
  readonly port: number
  readonly folder: string
  /** Of the postmaster that was started last. */
  readonly pid: number
  /** A new empty database; gives its URL. */
  createDatabase(name: string): Promise<string>
  /** Ends the server by a signal to the postmaster and waits until that is gone; the data stay. */
  end(signal: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port and data. */
  start(): Promise<void>
  /** Ends the server and removes its files. */
  stop(): Promise<void>
}

/** A PostgreSQL server of our own on loopback and a free port, in a folder of its own. It refuses to run as root, so there
 *  it runs as the user that Debian's package made for it. */
export async function startPostgres({ folder, settings = [] }: PostgresSettings = {}): Promise<Postgres> {
  const bin = postgresBin()
  if (bin === null) throw new Error('PostgreSQL is not installed')
  const home = folder ?? mkdtempSync(join(tmpdir(), 'plumbline-postgres-'))
  const owner = serverOwner()
  mkdirSync(home, { recursive: true })
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid ?? 0)
  // A caller with a disk of his own may want to see what survives on it.
  const sync = folder === undefined ? ['--no-sync'] : []
  execFileSync(
    join(bin, 'initdb'),
    ['-D', join(home, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', ...sync],
    { ...owner, cwd: home, stdio: 'ignore' },
  )
  const server = new Server(bin, home, await freePort(), settings)
  await server.start()
  return server
}

/** A server on data that are there already, such as the copy of a disk. */
export async function startPostgresOn(folder: string): Promise<Postgres> {
  const server = new Server(postgresBin() ?? '', folder, await freePort(), [])
  await server.start()
  return server
}

class Server implements Postgres {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly #command: readonly [program: string, ...args: string[]]
  #process: ChildProcess | null = null

  constructor(bin: string, folder: string, port: number, settings: readonly string[]) {
    this.folder = folder
    this.port = port
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    const all = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, ...settings]
    this.#command = [
      join(bin, 'postgres'),
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      ...all.flatMap((setting) => ['-c', setting]),
    ]
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  async start(): Promise<void> {
    await until(
      'PostgreSQL to answer',
      () => {
        // After a kill -9 of the postmaster the first starts fail, until the last of its children has noticed.
        if (!isRunning(this.#process)) this.#spawn()
        return answers(this.url)
      },
      60_000,
    )
  }

  #spawn(): void {
    const [program, ...args] = this.#command
    this.#process = spawn(program, args, { ...serverOwner(), cwd: this.folder, stdio: 'ignore' })
  }

  async createDatabase(name: string): Promise<string> {
    await query(this.url, `create database ${name}`)
    return this.url.replace(/postgres$/, name)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process
    if (server === null || !isRunning(server)) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await gone
  }

  async stop(): Promise<void> {
    await this.end('SIGINT')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function serverOwner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}

const isRunning = (child: ChildProcess | null): boolean =>
  child !== null && child.exitCode === null && child.signalCode === null

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  // A server that ends while it is asked must not end who asks.
  client.on('error', () => {})
  await client.connect()
  await client.query(text).finally(() => client.end())
}

const answers = (url: string) =>
  query(url, 'select 1').then(
    () => true,
    () => false,
  )
