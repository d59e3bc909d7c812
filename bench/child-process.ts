import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { atExit } from './at-exit.ts'
import type { Memory } from './subject.ts'

export interface Child {
  readonly pid: number
  /** The fields of the line that said it was ready. */
  readonly ready: { readonly http?: string; readonly mqttPort: number }
  readonly startMs: number
  memory(): Promise<Memory>
  /** Resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

const READY_MS = 60_000
const ANSWER_MEMORY = new URL('./answer-memory.ts', import.meta.url).href
const STDERR_CHARS_MAX = 2000

/** Starts a script of the project in a Node of its own and waits for its JSON line with the msg "ready". */
export async function startScript(
  script: URL,
  env: NodeJS.ProcessEnv,
  nodeOptions: string[],
): Promise<Child> {
  const path = fileURLToPath(script)
  const startedAtMs = performance.now()
  const options = ['--expose-gc', '--import', ANSWER_MEMORY, ...nodeOptions]
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'ipc']
  const child = spawn(process.execPath, [...options, path], { env, stdio })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const kill = atExit(() => child.kill('SIGKILL'))
  try {
    const ready = await readyLine(child, exited, basename(path))
    return {
      pid: child.pid ?? 0,
      ready,
      startMs: performance.now() - startedAtMs,
      memory: () =>
        new Promise((resolve, reject) => {
          child.once('message', resolve)
          child.send('memory', (error) => error && reject(error))
        }),
      async end(signal) {
        child.kill(signal)
        await exited
        kill()
      },
    }
  } catch (error) {
    kill()
    throw error
  }
}

function readyLine(child: ChildProcess, exited: Promise<void>, script: string): Promise<Child['ready']> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-STDERR_CHARS_MAX)
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${script} was not ready in ${READY_MS} ms`)), READY_MS)
    timer.unref()
    void exited.then(() => reject(new Error(`${script} ended before it was ready: ${said}`)))
    if (!child.stdout) return
    // Read to the end: a full pipe would stop the child.
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('{') || !line.includes('"ready"')) return
      const fields = JSON.parse(line)
      if (fields.msg !== 'ready') return
      clearTimeout(timer)
      resolve(fields)
    })
  })
}
