import { mkdirSync } from 'node:fs'
import { bareSubject } from './bare-subject.ts'
import { openDatabaseServer } from './database-server.ts'
import { type Measurement, measure } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { platformSubject } from './platform-subject.ts'
import { report, type Skipped, table } from './report.ts'
import { scenarios } from './scenarios.ts'
import type { Subject } from './subject.ts'

const EXIT_USAGE = 64

/** Acknowledged-and-committed messages beside the broker library alone, in one run: only the ratios carry over. */
async function main(): Promise<void> {
  const options = optionsOrExit()
  if (options.profileDir !== null) mkdirSync(options.profileDir, { recursive: true })
  const server = await openDatabaseServer(process.env.DATABASE_URL || undefined)
  const skipped: Skipped[] = 'skipped' in server ? [{ name: 'platform-server', reason: server.skipped }] : []
  const subjects: Subject[] = [bareSubject, platformSubject(null, options.profileDir)]
  if (!('skipped' in server)) subjects.push(platformSubject(server, options.profileDir))
  for (const { name, description } of subjects) console.error(`${name}: ${description}`)
  for (const { name, reason } of skipped) console.error(`${name}: skipped, ${reason}`)
  for (const note of options.notes) console.error(note)
  const measurements: Measurement[] = []
  try {
    // Scenario by scenario, so that what is compared runs close together on a noisy machine.
    for (const scenario of scenarios(options.connections))
      for (const subject of subjects) {
        console.error(`${scenario.name} on ${subject.name} …`)
        measurements.push(await measure(subject, scenario, options))
      }
  } finally {
    if (!('skipped' in server)) await server.stop()
  }
  console.error(`\n${table(measurements)}\n`)
  const notes = [...subjects.map(({ name, description }) => `${name}: ${description}`), ...options.notes]
  const isSound = verdict(measurements)
  console.log(JSON.stringify(report(measurements, skipped, notes), null, 2))
  process.exitCode = isSound ? 0 : 1
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(EXIT_USAGE)
  }
}

/** Whether every promise was kept; what was not is said. */
function verdict(measurements: readonly Measurement[]): boolean {
  const lost = measurements.reduce((sum, measurement) => sum + (measurement.lost ?? 0), 0)
  console.error(`lost: ${lost}`)
  const faults = measurements.flatMap(({ name, scenario, faults }) =>
    faults.map((fault) => `${scenario} on ${name}: ${fault}`),
  )
  for (const fault of faults) console.error(`BROKEN PROMISE: ${fault}`)
  return faults.length === 0
}

await main()
