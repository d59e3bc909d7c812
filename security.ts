import { Gate } from './broker/gate.ts'
import type { Config } from './config.ts'
import type { Log, RuleMetrics, SessionEvent } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import { NetworkWatch } from './digital-twin/alarms/network-watch.ts'
import { findingOfRate, THRESHOLDS } from './digital-twin/alarms/security-rules.ts'
import { SecurityWatch } from './digital-twin/alarms/security-watch.ts'
import type { Domain } from './domain.ts'
import { type AlarmSystem, openAlarms } from './platform-alarms.ts'
import { gateSettings } from './platform-settings.ts'

export interface Security {
  /** What the broker and the API are built with. */
  readonly parts: AlarmSystem['parts'] & { readonly gate: Gate; readonly door: Gate }
  readonly observed: AlarmSystem['observed']
  readonly rulesWaiting: AlarmSystem['rulesWaiting']
  sessionChanged(event: SessionEvent): void
  /** To be called once the database is there. */
  start(): Promise<void>
  stop(): Promise<void>
}

interface SecurityNeeds {
  readonly log: Log
  readonly metrics: RuleMetrics
  readonly secretKey: Uint8Array
}

const MINUTE_MS = 60_000

/** The alarms; the gate, and what looks at whom it refuses, who comes from elsewhere and who sends more than usual. */
export function openSecurity(
  config: Config,
  domain: Domain,
  { log, metrics, secretKey }: SecurityNeeds,
): Security {
  const { store, registry } = domain
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
  const system = openAlarms(config, domain, secretKey, metrics, log)
  const { alarms } = system.parts
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
    parts: { gate, door: gate, ...system.parts },
    observed: system.observed,
    rulesWaiting: system.rulesWaiting,
    sessionChanged({ device, kind, address = '' }) {
      // Behind a shared address there is no telling where a device is, and a mobile one is elsewhere all the time.
      if (kind !== 'connected' || settings.isShared(address)) return
      if (registry.device(device)?.access !== 'cellular') networks.signedIn(device, address)
    },
    async start() {
      await system.start()
      networks.start()
    },
    async stop() {
      clearInterval(minutes)
      await networks.stop()
      // Last: what the others still found is written.
      await system.stop()
    },
  }
}
