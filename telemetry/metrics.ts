import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { COMMAND_STATUSES, type CommandStatus } from '../core/command.ts'
import type { BrokerMetrics, IngestMetrics, RuleMetrics } from '../core/ports.ts'
import { REJECTION_CODES } from '../core/rejection-codes.ts'

export interface Metrics extends IngestMetrics, BrokerMetrics, RuleMetrics {
  /** A command came to this. */
  command(status: CommandStatus): void
  /** Prometheus text exposition, and its content type. */
  expose(): Promise<{ body: string; contentType: string }>
}

export interface Gauges {
  pendingBytes(): number
  sessions(): number
  upstreams(): Iterable<{ readonly id: string; readonly messages: number; readonly isConnected: boolean }>
  /** Null: there is no spool. */
  spool(): {
    readonly messages: number
    readonly bytes: number
    readonly oldestS: number
    readonly written: number
    readonly drained: number
  } | null
}

const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The platform's metrics. Counters live as long as the process. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'plumbline_' })
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `plumbline_${name}`, help, labelNames, registers: [registry] })
  const messages = counter('messages_received_total', 'Messages taken in, whatever became of them')
  const received = counter(
    'observations_received_total',
    'Values with a verdict: stored + duplicate + rejected',
  )
  const stored = counter('observations_stored_total', 'Values newly stored')
  const duplicate = counter('observations_duplicate_total', 'Values that were stored already')
  const rejected = counter('observations_rejected_total', 'Values refused, by reason', ['code'])
  const ignored = counter('ignored_total', 'Values and messages left out on purpose, by reason', ['reason'])
  const acknowledged = counter(
    'acknowledged_total',
    'Messages of QoS 1 and 2 acknowledged after their commit',
  )
  const commands = counter('commands_total', 'Commands to devices, by what they came to', ['status'])
  const refusedConnects = counter('mqtt_refused_connects_total', 'MQTT connections refused, by reason', [
    'reason',
  ])
  const commitSeconds = new Histogram({
    name: 'plumbline_commit_seconds',
    help: 'Duration of commits',
    buckets: BUCKETS,
    registers: [registry],
  })
  const batchRows = new Histogram({
    name: 'plumbline_commit_rows',
    help: 'Rows in a commit',
    buckets: [1, 10, 100, 500, 1000, 2500, 5000, 10_000],
    registers: [registry],
  })
  const ruleSeconds = new Histogram({
    name: 'plumbline_alarm_rules_lag_seconds',
    help: 'From a commit until alarm rules have looked at its readings',
    buckets: BUCKETS,
    registers: [registry],
  })
  const looked = counter('alarm_rules_readings_total', 'Readings that alarm rules have looked at')
  const skipped = counter('alarm_rules_skipped_total', 'Readings that alarm rules left out for newer ones')
  addGauges(registry, gauges)
  addUpstreams(registry, gauges)
  // Every code from the start, so that a rate over a first refusal can be computed.
  for (const code of Object.keys(REJECTION_CODES)) rejected.inc({ code }, 0)
  for (const status of COMMAND_STATUSES) commands.inc({ status }, 0)
  return {
    message: () => messages.inc(),
    received: (values) => received.inc(values),
    stored: (values) => stored.inc(values),
    duplicate: (values) => duplicate.inc(values),
    rejected: (code, values) => rejected.inc({ code }, values),
    ignored: (reason, values) => ignored.inc({ reason }, values),
    acknowledged: (count) => acknowledged.inc(count),
    refusedConnect: (reason) => refusedConnects.inc({ reason }),
    command: (status) => commands.inc({ status }),
    commit(seconds, rows) {
      commitSeconds.observe(seconds)
      batchRows.observe(rows)
    },
    rulesLooked(seconds, readings) {
      ruleSeconds.observe(seconds)
      looked.inc(readings)
    },
    rulesSkipped: (readings) => skipped.inc(readings),
    expose: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
  }
}

/** What is kept elsewhere, and read when somebody asks. */
function addGauges(registry: Registry, gauges: Gauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `plumbline_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  /** A counter that is kept elsewhere. */
  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      name: `plumbline_${name}`,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  gauge('pending_bytes', 'Bytes accepted and not yet committed', gauges.pendingBytes)
  gauge('sessions', 'MQTT sessions', gauges.sessions)
  gauge(
    'spool_messages',
    'Acknowledged messages that wait for the database',
    () => gauges.spool()?.messages ?? 0,
  )
  gauge(
    'spool_bytes',
    'Bytes of acknowledged messages that wait for the database',
    () => gauges.spool()?.bytes ?? 0,
  )
  gauge('spool_oldest_seconds', 'Age of the oldest of them', () => gauges.spool()?.oldestS ?? 0)
  total('spool_written_total', 'Messages acknowledged from the spool', () => gauges.spool()?.written ?? 0)
  total(
    'spool_drained_total',
    'Messages that left the spool for the database',
    () => gauges.spool()?.drained ?? 0,
  )
}

/** One label an upstream; there are few. */
function addUpstreams(registry: Registry, { upstreams }: Gauges): void {
  new Counter({
    name: 'plumbline_upstream_messages_total',
    help: 'Messages taken from an upstream',
    labelNames: ['upstream'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { id, messages } of upstreams()) this.inc({ upstream: id }, messages)
    },
  })
  new Gauge({
    name: 'plumbline_upstream_connected',
    help: '1 while an upstream is connected and all of its subscriptions are granted',
    labelNames: ['upstream'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { id, isConnected } of upstreams()) this.set({ upstream: id }, isConnected ? 1 : 0)
    },
  })
}
