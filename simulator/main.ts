import { HELP, readCli } from './cli.ts'
import { runSimulator } from './run.ts'
import { SimulatorError } from './simulator-error.ts'
import { statusLine } from './totals.ts'

const EXIT_USAGE = 2

/** Runs the command and returns its exit code. */
async function main(): Promise<number> {
  const cli = readCli(process.argv.slice(2), process.env)
  if (cli.kind === 'help') {
    console.log(HELP)
    return 0
  }
  if (cli.kind === 'fault') {
    console.error(`${cli.message}\nSee --help.`)
    return EXIT_USAGE
  }
  const halt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => halt.abort())
  try {
    const simulator = await runSimulator({ ...cli.options, log: console.log, signal: halt.signal })
    if (halt.signal.aborted) await simulator.stop()
    else halt.signal.addEventListener('abort', () => simulator.stop())
    simulator.ready.then(() => console.log(statusLine(simulator.totals)))
    console.log(`total: ${statusLine(await simulator.done)}`)
    return 0
  } catch (error) {
    if (halt.signal.aborted) return 0
    if (!(error instanceof SimulatorError)) throw error
    console.error(error.message)
    return 1
  }
}

// A connection that did not close in time must not hold the process open.
process.exit(await main())
