import { drills } from './list.ts'
import { type Options, readOptions } from './options.ts'
import { isSound, type Result, table } from './report.ts'
import { type Drill, type Pace, Skipped, type StoreKind } from './stage/drill.ts'
import { say } from './stage/say.ts'

const EXIT_USAGE = 64

/** Does real harm to a running platform, one drill after the other, and counts what was acknowledged and is not there. */
async function main(): Promise<void> {
  const options = optionsOrExit()
  if (options.isList) {
    for (const { name, stores, what } of drills)
      process.stdout.write(`${name} (${stores.join(', ')}): ${what}\n`)
    return
  }
  const results: Result[] = []
  for (const drill of options.drills)
    for (const store of drill.stores.filter((kind) => options.stores.includes(kind)))
      results.push(await runOne(drill, store, options))
  process.stderr.write(`\n${table(results)}\n\n`)
  for (const { drill, store, skipped, faults } of results) {
    if (skipped !== null) process.stderr.write(`SKIPPED ${drill} on ${store}: ${skipped}\n`)
    for (const fault of faults) process.stderr.write(`BROKEN PROMISE ${drill} on ${store}: ${fault}\n`)
  }
  process.stdout.write(`${JSON.stringify({ drills: results }, null, 2)}\n`)
  // What still holds a handle, such as a socket in its time-out, must not hold up the end.
  process.exit(results.every(isSound) ? 0 : 1)
}

async function runOne(drill: Drill, store: StoreKind, pace: Pace): Promise<Result> {
  say(`${drill.name} on ${store}: ${drill.what}`)
  const startedAt = performance.now()
  const nothing = { acknowledged: 0, lost: 0, notes: [] }
  const common = { drill: drill.name, store, skipped: null }
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10
  try {
    const outcome = await drill.run(store, pace)
    say(`  ${outcome.acknowledged} acknowledged, ${outcome.lost} LOST, ${outcome.faults.length} faults`)
    return { ...common, ...outcome, seconds: seconds() }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    say(`  ${error instanceof Skipped ? 'skipped' : 'FAULT'}: ${message}`)
    if (error instanceof Skipped)
      return { ...common, ...nothing, faults: [], seconds: seconds(), skipped: message }
    return { ...common, ...nothing, faults: [message], seconds: seconds() }
  }
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2), drills)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(EXIT_USAGE)
  }
}

await main()
