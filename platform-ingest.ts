import type { Config } from './config.ts'
import type { Observation } from './core/message.ts'
import type { IngestMetrics, Log, SessionEvent, TopicRights } from './core/ports.ts'
import { microsNow } from './core/time.ts'
import type { Domain } from './domain.ts'
import { GuardedScripts } from './ingest/guarded-scripts.ts'
import { MessageTail } from './ingest/message-tail.ts'
import { Pipeline } from './ingest/pipeline.ts'
import { createSandbox, type Sandbox } from './ingest/sandbox/sandbox.ts'
import { Sources } from './ingest/sources.ts'
import { topicRights } from './ingest/topic-rights.ts'
import { pipelineSettings } from './platform-settings.ts'
import { SeriesIndex } from './store/series.ts'

export interface IngestParts {
  readonly pipeline: Pipeline
  readonly sources: Sources
  readonly scripts: Sandbox
  readonly tail: MessageTail
  readonly rights: TopicRights
}

interface IngestOptions {
  readonly log: Log
  readonly metrics: IngestMetrics
  onFatal(error: unknown): void
  /** After the commit, and after the twins: must only put it down. */
  onObserved(observations: readonly Observation[]): void
  /** Commands of these ids were answered. */
  onAnswered(commands: readonly string[]): void
  onSession(event: SessionEvent): void
  /** Something is to be sent to a device's own sessions. */
  onAnswer(device: string, topic: string, payload: Uint8Array): void
}

/** The one way in, with what it is asked by others. */
export function buildIngest(
  config: Config,
  { store, registry, wiring, twins, spool }: Domain,
  { log, metrics, onFatal, onObserved, onAnswered, onSession, onAnswer }: IngestOptions,
): IngestParts {
  const sources = new Sources(registry, wiring, log)
  const scripts = createSandbox()
  const tail = new MessageTail()
  const pipeline = new Pipeline(
    {
      db: store.db,
      registry,
      wiring,
      sources,
      scripts: new GuardedScripts(scripts),
      tail,
      series: new SeriesIndex(store.db),
      spool,
      metrics,
      log,
      onFatal,
      onStored: (observations) => {
        twins.observe(observations)
        onObserved(observations)
      },
      onAnswered,
      onPresence: (device, { kind, reason }) =>
        onSession({ device, kind, reason, time: microsNow(), clientId: '' }),
      onAnswer,
    },
    pipelineSettings(config),
  )
  return { pipeline, sources, scripts, tail, rights: topicRights(registry, wiring) }
}
