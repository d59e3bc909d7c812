import { mkdirSync, writeFileSync } from 'node:fs'
import { bareSubject } from './bare-subject.ts'
import { openDatabaseServer } from './database-server.ts'
import { growthTable, measureGrowth } from './growth.ts'
import { growthPlot } from './growth-plot.ts'
import { measureMemory, memoryTable } from './heap.ts'
import { idleTable, measureIdle } from './idle.ts'
import { type Measurement, measure, middleOf } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { platformSubject } from './platform-subject.ts'
import { measureReads, type ReadFigures, readsTable } from './reads.ts'
import { type Parts, report, type Skipped, table } from './report.ts'
import { scenarios } from './scenarios.ts'
import { measureStream, type StreamFigures, streamTable } from './stream.ts'
import type { Subject } from './subject.ts'

const EXIT_USAGE = 64

/** Acknowledged-and-committed messages beside the broker library alone, in one run: only the ratios carry over. */
async function main(): Promise<void> {
  const options = optionsOrExit()
  if (options.profileDir !== null) mkdirSync(options.profileDir, { recursive: true })
  const server = await openDatabaseServer(process.env.DATABASE_URL || undefined)
  const skipped: Skipped[] = 'skipped' in server ? [{ name: 'platform-server', reason: server.skipped }] : []
  const platforms = [platformSubject(null, options.profileDir)]
  if (!('skipped' in server)) platforms.push(platformSubject(server, options.profileDir))
  const subjects: Subject[] = [bareSubject, ...platforms]
  for (const { name, description } of subjects) console.error(`${name}: ${description}`)
  for (const { name, reason } of skipped) console.error(`${name}: skipped, ${reason}`)
  for (const note of options.notes) console.error(note)
  const parts: Parts = {}
  let measurements: Measurement[] = []
  try {
    if (options.parts.has('wire')) measurements = await measureWire(subjects, options)
    await measureParts(subjects, platforms, options, parts)
  } finally {
    if (!('skipped' in server)) await server.stop()
  }
  const notes = [...subjects.map(({ name, description }) => `${name}: ${description}`), ...options.notes]
  const isSound = verdict(measurements, parts)
  console.log(JSON.stringify(report(measurements, skipped, notes, parts), null, 2))
  process.exitCode = isSound ? 0 : 1
}

async function measureWire(subjects: readonly Subject[], options: Options): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  // Scenario by scenario and in turns, so that what is compared runs close together on a noisy machine.
  for (const scenario of scenarios(options.connections)) {
    const runs = subjects.map((): Measurement[] => [])
    for (let round = 1; round <= options.repeat; round++)
      for (const [i, subject] of subjects.entries()) {
        console.error(`${scenario.name} on ${subject.name}, ${round} of ${options.repeat} …`)
        runs[i]?.push(await measure(subject, scenario, options))
      }
    measurements.push(...runs.map(middleOf))
  }
  console.error(`\n${table(measurements)}\n`)
  return measurements
}

/** All but the wire, as far as they are asked for; what is found is put into `into`. */
async function measureParts(
  subjects: readonly Subject[],
  platforms: readonly Subject[],
  options: Options,
  into: Parts,
): Promise<void> {
  const { parts } = options
  if (parts.has('stream')) {
    const figures: StreamFigures[] = []
    for (const entities of options.streamEntities)
      for (const platform of platforms) {
        console.error(`the stream of ${entities} entities on ${platform.name} …`)
        figures.push(await measureStream(platform, entities, options))
      }
    into.stream = figures
    console.error(`\n${streamTable(figures)}\n`)
  }
  if (parts.has('idle')) {
    into.idle = await measureIdle(subjects, options.idleConnections)
    console.error(`\n${idleTable(into.idle)}\n`)
  }
  if (parts.has('reads')) {
    const figures: ReadFigures[] = []
    const content = { devices: options.readEntities, rowsPerDevice: options.rowsPerEntity, hasYear: true }
    for (const platform of platforms) {
      console.error(`start and reads of ${options.readEntities} entities on ${platform.name} …`)
      figures.push(await measureReads(platform, content))
    }
    into.reads = figures
    console.error(`\n${readsTable(figures)}\n`)
  }
  if (parts.has('memory')) {
    into.memory = await measureMemory(options.memoryEntities)
    console.error(`\n${memoryTable(into.memory)}\n`)
  }
  if (parts.has('growth')) {
    into.growth = await measureGrowth(subjects, options.growthDevices, options)
    writeFileSync(options.plot, growthPlot(into.growth))
    console.error(`\n${growthTable(into.growth)}\nplot: ${options.plot}\n`)
  }
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(EXIT_USAGE)
  }
}

/** Whether every promise was kept; what was not is said. A missed target is no broken promise. */
function verdict(measurements: readonly Measurement[], { stream = [], growth }: Parts): boolean {
  const lost = measurements.reduce((sum, measurement) => sum + (measurement.lost ?? 0), 0)
  console.error(`lost: ${lost}`)
  const runs = [
    ...measurements.map(({ name, scenario, faults }) => ({ run: `${scenario} on ${name}`, faults })),
    ...stream.map(({ name, entities, faults }) => ({ run: `stream of ${entities} on ${name}`, faults })),
    ...(growth?.points ?? []).map(({ name, factor, faults }) => ({ run: `${factor}x on ${name}`, faults })),
  ]
  const faults = runs.flatMap((one) => one.faults.map((fault) => `${one.run}: ${fault}`))
  for (const fault of faults) console.error(`BROKEN PROMISE: ${fault}`)
  return faults.length === 0
}

await main()
