import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
export const ADMIN_TOKEN = 'administrator-of-a-test'
const LOG_LINES_MAX = 10_000
const ANSWER_MS = 60_000

interface LogLine {
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

export interface PlatformProcess {
  readonly http: string
  readonly mqttPort: number
  readonly mqttsPort: number | null
  readonly process: ChildProcess
  readonly dataFolder: string
  readonly log: LogLine[]
  /** A call of the API as the administrator; gives status and parsed body. */
  api<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T; headers: Headers }>
  /** Makes a device; gives its secret. */
  addDevice(id: string, more?: object): Promise<string>
  /** The value of a metric, summed over its labels. */
  metric(name: string): Promise<number>
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `main.ts` as users do, and waits until it is ready. `onSpawn` hears of the process at once, so that its end is
 *  seen to even when it never gets ready. */
export async function spawnPlatform(
  env: Record<string, string> & { DATA_DIR: string },
  onSpawn: (child: ChildProcess) => void,
): Promise<PlatformProcess> {
  const dataFolder = env.DATA_DIR
  const child = spawnMain({
    HTTP_PORT: '0',
    MQTT_PORT: '0',
    ADMIN_TOKEN,
    LOG_LEVEL: 'info',
    ...env,
  })
  onSpawn(child)
  const log: LogLine[] = []
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  const ready = await new Promise<LogLine>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the platform left with ${code}: ${errors}`)))
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      if (!line.startsWith('{')) return
      const entry = JSON.parse(line) as LogLine
      log.push(entry)
      if (log.length > LOG_LINES_MAX) log.shift()
      if (entry.msg === 'ready') resolve(entry)
    })
  })
  const http = String(ready.http)
  const api: PlatformProcess['api'] = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${http}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${env.ADMIN_TOKEN ?? ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: (text.startsWith('{') ? JSON.parse(text) : text) as T,
      headers: response.headers,
    }
  }
  return {
    http,
    mqttPort: Number(ready.mqttPort),
    mqttsPort: ready.mqttsPort === null ? null : Number(ready.mqttsPort),
    process: child,
    dataFolder,
    log,
    api,
    async addDevice(id, more = {}) {
      const { status, body } = await api<{ credentials?: { password: string } }>('POST', '/devices', {
        id,
        type: 'water-meter',
        area: '24133',
        ...more,
      })
      if (status !== 201 || !body.credentials)
        throw new Error(`device ${id} was not made: ${JSON.stringify(body)}`)
      return body.credentials.password
    },
    async metric(name) {
      const text = await (await fetch(`${http}/metrics`, { signal: AbortSignal.timeout(ANSWER_MS) })).text()
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
    kill: (signal) => end(child, signal),
  }
}

/** Runs `main.ts` to its end; for starts that must fail. */
export async function runMain(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawnMain(env)
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { code, stderr }
}

function spawnMain(env: Record<string, string>): ChildProcess {
  const inherited = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    // Some hundred starts read the same sources: a sixth of each is their compilation.
    NODE_COMPILE_CACHE: join(tmpdir(), 'plumbline-compiled'),
  }
  return spawn(process.execPath, [MAIN], { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return gone
}
