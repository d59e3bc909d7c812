import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { atExit } from './at-exit.ts'

export interface OwnServer {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

const PACKAGES = '/usr/lib/postgresql'
const START_MS = 20_000

/** A PostgreSQL of Debian's packages in a temporary folder, with default settings (so fsync is on), on loopback only. */
export async function startOwnServer(): Promise<OwnServer | { readonly skipped: string }> {
  const bin = newestBin()
  if (bin === null)
    return { skipped: `no DATABASE_URL, and no PostgreSQL in ${PACKAGES} (install the package postgresql)` }
  const account = serverAccount()
  if (account === null) return { skipped: 'PostgreSQL refuses to run as root, and there is no user postgres' }
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-pg-'))
  const removeFolder = atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const password = randomBytes(18).toString('hex')
  const passwordFile = join(folder, 'password')
  const data = join(folder, 'data')
  mkdirSync(data)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const path of [folder, data, passwordFile]) if (account.ids) chownSync(path, ...account.ids)
  const auth = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--username=bench']
  run(account, [join(bin, 'initdb'), '-D', data, '--encoding=UTF8', '--locale=C', ...auth])
  const port = await freePort()
  const where = [
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
  ]
  const [command = '', ...args] = [...account.prefix, join(bin, 'postgres'), '-D', data, ...where]
  const server = spawn(command, args, { cwd: folder, stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => server.once('close', () => resolve()))
  // Immediate shutdown: nothing of it is kept.
  const kill = atExit(() => server.kill('SIGQUIT'))
  const stop = async () => {
    kill()
    await exited
    removeFolder()
  }
  if (await accepts(port))
    return { url: `postgres://bench:${password}@127.0.0.1:${port}/postgres`, pid: server.pid ?? 0, stop }
  await stop()
  return { skipped: `the PostgreSQL of ${bin} did not start in ${START_MS} ms` }
}

function newestBin(): string | null {
  if (!existsSync(PACKAGES)) return null
  const versions = readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a))
  return (
    versions
      .map((version) => join(PACKAGES, version, 'bin'))
      .find((bin) => existsSync(join(bin, 'initdb'))) ?? null
  )
}

interface Account {
  readonly prefix: readonly string[]
  /** User and group the files must belong to; null: our own. */
  readonly ids: [uid: number, gid: number] | null
}

/** setpriv becomes the command it runs, so the pid of the child is the server's. */
function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return { prefix: [], ids: null }
  try {
    const id = (option: string) =>
      Number(execFileSync('id', [option, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
    return {
      prefix: ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--'],
      ids: [id('-u'), id('-g')],
    }
  } catch {
    return null
  }
}

function run({ prefix }: Account, command: readonly string[]): void {
  const [program = '', ...args] = [...prefix, ...command]
  execFileSync(program, args, { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'inherit'] })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

async function accepts(port: number): Promise<boolean> {
  for (const endsAtMs = Date.now() + START_MS; Date.now() < endsAtMs; await delay(100)) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return true
  }
  return false
}
