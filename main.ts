import { EXIT_CONFIG, readConfig } from './config.ts'
import { startPlatform } from './platform.ts'
import { startFault } from './start-fault.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { createLog } from './telemetry/log.ts'

const EXIT_FAULT = 1

async function main(): Promise<void> {
  const read = readConfig(process.env)
  if ('faults' in read) {
    for (const fault of read.faults) process.stderr.write(`${fault}\n`)
    process.exit(EXIT_CONFIG)
  }
  const { config } = read
  const log = createLog(config.LOG_LEVEL)
  const onFatal = (error: unknown) => {
    log.error({ err: error }, 'fatal: stopping; nothing that was not committed has been acknowledged')
    process.exit(EXIT_FAULT)
  }
  // A bug: whatever state it left is not to be trusted with acknowledgements.
  process.on('uncaughtException', onFatal)
  process.on('unhandledRejection', onFatal)
  try {
    const platform = await startPlatform(config, { log, onFatal })
    stopOnSignal(platform.stop, (signal) => log.info({ signal }, 'stopping'))
    if (platform.newAdminToken !== null)
      process.stdout.write(
        `\nAdministrator's token, shown this once (store it safely): ${platform.newAdminToken}\n\n`,
      )
    log.info(
      {
        http: platform.httpUrl,
        mqttPort: platform.mqttPort,
        mqttsPort: platform.mqttsPort,
        database: platform.store.db.kind,
      },
      'ready',
    )
  } catch (error) {
    const message = startFault(error)
    if (message === null) throw error
    process.stderr.write(`${message}\n`)
    process.exit(EXIT_CONFIG)
  }
}

await main()
