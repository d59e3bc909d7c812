import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { parsedJson } from './parsed-json.ts'
import { SimulatorError } from './simulator-error.ts'

export const Credentials = z.object({ username: z.string(), password: z.string() })
export type Credentials = z.infer<typeof Credentials>
export type CredentialsById = ReadonlyMap<string, Credentials>

const State = z.object({ api: z.string(), devices: z.record(z.string(), Credentials) })

/** The secrets of an earlier run against the same platform; none where there is no file yet. */
export async function readState(path: string, api: string): Promise<CredentialsById> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map()
    throw new SimulatorError(`cannot read the state file ${path}: ${String(error)}`)
  }
  const state = State.safeParse(parsedJson(text))
  if (!state.success) throw new SimulatorError(`${path} is not a state file of the simulator; name another`)
  return new Map(state.data.api === api ? Object.entries(state.data.devices) : [])
}

/** Keeps secrets for the next start, readable by the owner only; the old file stays whole until then. */
export async function writeState(path: string, api: string, devices: CredentialsById): Promise<void> {
  const partPath = `${path}.part`
  try {
    await writeFile(partPath, JSON.stringify({ api, devices: Object.fromEntries(devices) }), { mode: 0o600 })
    // A part left by a stopped run keeps the mode it had.
    await chmod(partPath, 0o600)
    await rename(partPath, path)
  } catch (error) {
    throw new SimulatorError(`cannot write the state file ${path}: ${String(error)}`)
  }
}
