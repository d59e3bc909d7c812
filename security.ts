import { Gate } from './broker/gate.ts'
import type { Config } from './config.ts'
import type { Observation } from './core/message.ts'
import type { Log, SessionEvent } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import { Alarms } from './digital-twin/alarms/alarms.ts'
import { Evaluator } from './digital-twin/alarms/evaluator.ts'
import { NetworkWatch } from './digital-twin/alarms/network-watch.ts'
import { Notifier } from './digital-twin/alarms/notifier.ts'
import { Rules } from './digital-twin/alarms/rules.ts'
import { findingOfRate, THRESHOLDS } from './digital-twin/alarms/security-rules.ts'
import { SecurityWatch } from './digital-twin/alarms/security-watch.ts'
import type { Domain } from './domain.ts'
import { gateSettings } from './platform-settings.ts'

export interface Security {
  /** What the broker and the API are built with. */
  readonly parts: {
    readonly gate: Gate
    readonly door: Gate
    readonly alarms: Alarms
    readonly notifier: Notifier
    readonly rules: Rules
  }
  observed(observations: readonly Observation[]): void
  sessionChanged(event: SessionEvent): void
  /** To be called once the database is there. */
  start(): Promise<void>
  stop(): Promise<void>
}

interface SecurityNeeds {
  readonly log: Log
  readonly secretKey: Uint8Array
}

const MINUTE_MS = 60_000

/** The gate, and what looks at whom it refuses, who comes from elsewhere and who sends more than usual. */
export function openSecurity(
  config: Config,
  { store, registry, relations, twins }: Domain,
  { log, secretKey }: SecurityNeeds,
): Security {
  const settings = gateSettings(config)
  const facts = {
    standing(name: string) {
      const device = registry.device(name)
      if (!device) return 'unknown'
      return device.retiredAt !== null && device.retiredAt <= microsNow() ? 'retired' : 'in-service'
    },
    isGateway: (device: string) => registry.device(device)?.role === 'gateway',
  } as const
  const gate = new Gate(settings, facts, log)
  const alarms = new Alarms(
    store.db,
    (id) => {
      const entity = registry.device(id)?.entity
      return entity === undefined ? null : { entity, area: registry.entity(entity)?.area ?? null }
    },
    log,
    microsNow,
    // Alarms of one cause become one.
    { neighbours: relations, entity: (id) => registry.entity(id) ?? null },
  )
  const notifier = new Notifier(store.db, secretKey, log)
  const rules = new Rules(store.db)
  const evaluator = new Evaluator({ rules, alarms, registry, twins, log })
  const watch = new SecurityWatch()
  gate.onRefused((refusal) => {
    for (const finding of watch.refused(refusal, microsNow())) alarms.raise(finding)
  })
  const networks = new NetworkWatch(store.db, (finding) => alarms.raise(finding), log)
  const minutes = setInterval(() => {
    for (const rate of gate.meters.endMinute(THRESHOLDS.rate.messagesMin)) {
      const finding = findingOfRate(rate)
      if (finding) alarms.raise(finding)
    }
  }, MINUTE_MS).unref()
  return {
    parts: { gate, door: gate, alarms, notifier, rules },
    observed: (observations) => evaluator.observed(observations),
    sessionChanged({ device, kind, address = '' }) {
      // Behind a shared address there is no telling where a device is, and a mobile one is elsewhere all the time.
      if (kind !== 'connected' || settings.isShared(address)) return
      if (registry.device(device)?.access !== 'cellular') networks.signedIn(device, address)
    },
    async start() {
      await rules.load()
      await alarms.start()
      evaluator.start()
      networks.start()
      notifier.start()
    },
    async stop() {
      clearInterval(minutes)
      evaluator.stop()
      await networks.stop()
      await alarms.stop()
      await notifier.stop()
    },
  }
}
