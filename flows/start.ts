import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { credentialSecret } from './credentials.ts'
import { install } from './install.ts'
import { ProvisionFault, provision } from './provision.ts'
import { FLOW_DEFAULTS, type FlowsSettings, readSettings } from './settings.ts'

const EX_CONFIG = 78
const FLOWS = fileURLToPath(new URL('flows/', import.meta.url))
const say = (line: string) => void process.stdout.write(`flows: ${line}\n`)

/** Installs Node-RED if need be, makes what the flows need on the platform, and becomes Node-RED. */
async function main(): Promise<void> {
  if (process.argv.includes('--install')) return void (await install(say))
  const settings = readSettings(process.env)
  if ('faults' in settings) return giveUp(settings.faults)
  await install(say)
  // Everything that is written here, by Node-RED too, is for this user's eyes only.
  process.umask(0o077)
  mkdirSync(settings.dir, { recursive: true })
  chmodSync(settings.dir, 0o700)
  const secret = credentialSecret(settings.dir)
  try {
    for (const line of await provision(settings, secret)) say(line)
  } catch (error) {
    if (!(error instanceof ProvisionFault)) throw error
    return giveUp([error.message])
  }
  if (loadFlows(settings)) say(`put the flows that come with Plumbline into ${settings.dir}`)
  fillEnvironment(settings, secret)
  say(`starting Node-RED for ${settings.url}; sign in with any name and your Plumbline token as the password`)
  // Node-RED's own command, in this process: it reads its arguments and answers SIGTERM itself.
  process.argv.splice(2, Infinity, '--settings', fileURLToPath(new URL('settings.cjs', import.meta.url)))
  createRequire(import.meta.url)('./node_modules/node-red/red.js')
}

/** At the first start only: from then on the flows are the user's. */
function loadFlows({ dir }: FlowsSettings): boolean {
  const path = join(dir, 'flows.json')
  if (existsSync(path)) return false
  const nodes = new Map<string, { id: string }>()
  // Each file can be imported alone, so each has the server node.
  for (const file of readdirSync(FLOWS)
    .filter((name) => name.endsWith('.json'))
    .sort())
    for (const node of JSON.parse(readFileSync(join(FLOWS, file), 'utf8')) as { id: string }[])
      nodes.set(node.id, node)
  writeFileSync(path, JSON.stringify([...nodes.values()], null, 2), { mode: 0o600 })
  return true
}

/** The flow files and settings.cjs ask the environment; so do schedules for the zone they are in. */
function fillEnvironment(settings: FlowsSettings, secret: string): void {
  for (const [name, fallback] of Object.entries(FLOW_DEFAULTS))
    process.env[name] = process.env[name]?.trim() || fallback
  Object.assign(process.env, {
    PLUMBLINE_URL: settings.url,
    PLUMBLINE_MQTT_URL: settings.mqttUrl,
    FLOWS_HOST: settings.host,
    FLOWS_PORT: String(settings.port),
    FLOWS_DIR: settings.dir,
    FLOWS_ZONE: settings.zone,
    FLOWS_SECRET: secret,
    TZ: settings.zone,
  })
}

function giveUp(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`flows: ${fault}\n`)
  process.exitCode = EX_CONFIG
}

await main()
