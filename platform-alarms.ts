import type { Config } from './config.ts'
import type { Observation } from './core/message.ts'
import type { Log, RuleMetrics } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import { Alarms } from './digital-twin/alarms/alarms.ts'
import { Baselines } from './digital-twin/alarms/baselines.ts'
import { Evaluator } from './digital-twin/alarms/evaluator.ts'
import { Mailer } from './digital-twin/alarms/mailer.ts'
import { type MailParts, Notifier } from './digital-twin/alarms/notifier.ts'
import { Rules } from './digital-twin/alarms/rules.ts'
import type { Domain } from './domain.ts'
import { mailOf } from './mail-settings.ts'

export interface AlarmSystem {
  /** What the broker and the API are built with. */
  readonly parts: { readonly alarms: Alarms; readonly notifier: Notifier; readonly rules: Rules }
  /** Readings that the rules have not looked at yet. */
  rulesWaiting(): number
  /** Readings that were committed: puts them down for the rules. */
  observed(observations: readonly Observation[]): void
  /** To be called once the database is there. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** The alarms, the rules that raise those about what is observed, and who is told of them. */
export function openAlarms(
  config: Config,
  { store, registry, relations, twins, isSynthetic }: Domain,
  secretKey: Uint8Array,
  metrics: RuleMetrics,
  log: Log,
): AlarmSystem {
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
  const server = mailOf(config)
  const mail: MailParts | null = server && {
    mailer: new Mailer(server),
    entityName: (id) => registry.entity(id)?.name ?? null,
    publicUrl: config.PUBLIC_URL ?? null,
    isSynthetic,
  }
  const notifier = new Notifier(store.db, secretKey, log, { mail, settledAt: () => alarms.settledAt })
  const rules = new Rules(store.db)
  const evaluator = new Evaluator({
    ...{ rules, alarms, registry, twins, relations, metrics, log },
    db: store.db,
    baselines: new Baselines(store.db, log),
  })
  return {
    parts: { alarms, notifier, rules },
    rulesWaiting: () => evaluator.waiting,
    observed: (observations) => evaluator.observed(observations),
    async start() {
      await rules.load()
      await alarms.start()
      await evaluator.start()
      notifier.start()
    },
    async stop() {
      evaluator.stop()
      await alarms.stop()
      await notifier.stop()
    },
  }
}
