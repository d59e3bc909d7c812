import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT_CONFIG, readConfig } from './config.ts'
import { localDate, microsNow } from './core/time.ts'
import { type Platform, startPlatform } from './platform.ts'
import { type Incident, readIncident } from './simulator/incidents.ts'
import { runSimulator } from './simulator/run.ts'
import { startFault } from './start-fault.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { listAreas } from './store/areas.ts'
import { insertPopulation, populationsKnownAt } from './store/populations.ts'
import { StartError } from './store/start-error.ts'
import { createLog } from './telemetry/log.ts'

const DEVICES = 200
/** Over all devices: each speaks every 20 s, so that the page lives. */
const MESSAGES_PER_SECOND = 10
const HISTORY_HOURS = 48
const DEMO_DEVICE = 'demo-water-meter'
const TOKEN_NAME = 'demo'
const STATE_FILE = 'simulator.json'

/** The whole platform with a simulated province, on a data folder of its own, marked as simulated for good. */
async function main(): Promise<void> {
  const incidents = incidentsOf(process.argv.slice(2))
  const read = readConfig({ LOG_LEVEL: 'warn', DATA_DIR: './data/demo', ...process.env })
  if ('faults' in read) {
    for (const fault of read.faults) console.error(fault)
    process.exit(EXIT_CONFIG)
  }
  const log = createLog(read.config.LOG_LEVEL)
  const onFatal = (error: unknown) => {
    log.error({ err: error }, 'fatal: stopping')
    process.exit(1)
  }
  process.on('uncaughtException', onFatal)
  process.on('unhandledRejection', onFatal)
  console.log('Starting the platform on the embedded TimescaleDB ...')
  const platform = await startPlatform(read.config, { log, onFatal, markSynthetic: true }).catch(explain)
  await inventPopulations(platform)
  const token = await mintToken(platform)
  const secret = await demoSecret(platform, token)
  printWelcome(platform, token, secret, read.config.MQTT_HOST)
  const stopping = new AbortController()
  const isFirst = !existsSync(join(read.config.DATA_DIR, STATE_FILE))
  const simulator = runSimulator({
    api: platform.httpUrl,
    url: `mqtt://${read.config.MQTT_HOST}:${platform.mqttPort}`,
    token,
    devices: DEVICES,
    rate: MESSAGES_PER_SECOND,
    prefix: 'demo',
    network: true,
    takeOver: true,
    markTest: false,
    past: isFirst,
    historyHours: isFirst ? HISTORY_HOURS : 0,
    incidents,
    stateFile: join(read.config.DATA_DIR, STATE_FILE),
    log: (line: string) => console.log(`[simulator] ${line}`),
    signal: stopping.signal,
  })
  stopOnSignal(
    async () => {
      stopping.abort()
      await simulator.then((running) => running.stop()).catch(() => {})
      await platform.stop()
    },
    () => console.log('\nStopping ...'),
  )
  await simulator.catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
  })
}

/** What is to go wrong: `npm run demo -- --incident pipe-burst:demo-zone-01@60`, as the simulator takes it. */
function incidentsOf(args: readonly string[]): Incident[] {
  const incidents: Incident[] = []
  for (const text of args.filter((arg) => arg !== '--incident')) {
    const incident = readIncident(text, Date.now())
    if (typeof incident === 'string') {
      console.error(`--incident got '${text}': it ${incident}`)
      process.exit(EXIT_CONFIG)
    }
    incidents.push(incident)
  }
  return incidents
}

function explain(error: unknown): never {
  const message = startFault(error)
  if (message === null) throw error
  console.error(message)
  process.exit(EXIT_CONFIG)
}

/** Each start has its own token; those of earlier starts end. */
async function mintToken({ credentials }: Platform): Promise<string> {
  for (const { id, name } of credentials.tokens()) if (name === TOKEN_NAME) await credentials.revoke(id)
  return (await credentials.createToken(TOKEN_NAME, 'admin')).token
}

async function demoSecret({ httpUrl, registry }: Platform, token: string): Promise<string> {
  const isThere = registry.device(DEMO_DEVICE) !== undefined
  const response = await fetch(`${httpUrl}/api/v1/devices${isThere ? `/${DEMO_DEVICE}/credentials` : ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(isThere ? {} : { 'content-type': 'application/json' }) },
    ...(isThere
      ? {}
      : {
          body: JSON.stringify({
            id: DEMO_DEVICE,
            type: 'water-meter',
            access: 'lpwan',
            location: { lat: 12.6667, lon: 108.05 },
          }),
        }),
  })
  if (!response.ok) throw new StartError(`the demo device could not be made: ${await response.text()}`)
  const { credentials } = (await response.json()) as { credentials: { password: string } }
  if (!isThere) await sayHello(httpUrl, credentials.password)
  return credentials.password
}

/** One reading, so that the meter does not stand among the silent ones from the first second. */
async function sayHello(httpUrl: string, password: string): Promise<void> {
  await fetch(`${httpUrl}/ingest/devices/${DEMO_DEVICE}/readings`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${DEMO_DEVICE}:${password}`).toString('base64')}` },
    body: JSON.stringify({ values: { 'water-flow': 0, 'battery-level': 97 } }),
  })
}

/** No real population ships with the platform. These are as small as the demonstration, and marked wherever they show. */
async function inventPopulations({ store: { db } }: Platform): Promise<void> {
  const now = microsNow()
  if ((await populationsKnownAt(db, now, '2025-07')).length > 0) return
  const thisYear = Number(localDate(now).slice(0, 4))
  const communes = await listAreas(db, localDate(now), 'commune')
  const shared = {
    geoVersion: '2025-07',
    basis: 'average',
    source: 'số liệu giả định để trình diễn (made up for the demonstration)',
    publishedOn: null,
    isSynthetic: true,
    recordedAt: now,
  } as const
  const values = communes.map(({ code }) => ({ area: code, value: 1 + (Number(code) % 4) }))
  const province = { area: '66', value: values.reduce((sum, { value }) => sum + value, 0) }
  for (const year of [thisYear - 1, thisYear])
    for (const population of [...values, province])
      await insertPopulation(db, { ...shared, ...population, year })
}

function printWelcome(
  { httpUrl, mqttPort, newAdminToken }: Platform,
  token: string,
  secret: string,
  mqttHost: string,
): void {
  console.log(`
Plumbline is running with SIMULATED data (Ctrl-C stops it).

  Dashboard   ${httpUrl}/#token=${token}
  Sign-in     ${token}
  API         ${httpUrl}/docs

Send a reading of your own, and see it on the dashboard at once:

  mosquitto_pub -h ${mqttHost} -p ${mqttPort} -q 1 -i ${DEMO_DEVICE} -u ${DEMO_DEVICE} -P '${secret}' \\
    -t devices/${DEMO_DEVICE}/readings -m '{"values":{"water-flow":1.8,"water-volume":1234.5}}'
`)
  if (newAdminToken !== null)
    console.log(`The administrator's token of this folder, shown this once: ${newAdminToken}\n`)
}

await main()
