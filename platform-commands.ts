import type { Broker } from './broker/broker.ts'
import type { CommandStatus } from './core/command.ts'
import type { Log } from './core/ports.ts'
import { Commands } from './digital-twin/commands/commands.ts'
import type { Domain } from './domain.ts'

interface CommandNeeds {
  readonly log: Log
  readonly metrics: { command(status: CommandStatus): void }
  /** Not before the platform is up. */
  broker(): Pick<Broker, 'hears' | 'deliver'>
}

/** What devices are asked to do, on its way over the broker. */
export const openCommands = (domain: Domain, { log, metrics, broker }: CommandNeeds): Commands =>
  new Commands({
    ...domain,
    db: domain.store.db,
    log,
    metrics,
    hears: (device, topic) => broker().hears(device, topic),
    deliver: (device, topic, payload) => broker().deliver(device, topic, payload),
  })
