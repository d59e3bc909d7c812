import type { Message, Observation } from '../../core/message.ts'
import type { IngestMetrics } from '../../core/ports.ts'
import type { BatchLimits } from '../../ingest/batcher.ts'
import { MessageTail } from '../../ingest/message-tail.ts'
import { Pipeline } from '../../ingest/pipeline.ts'
import type { Scripts } from '../../ingest/scripts.ts'
import { Sources } from '../../ingest/sources.ts'
import type { Db } from '../../store/db.ts'
import { Wiring } from '../../store/profiles.ts'
import { Registry } from '../../store/registry.ts'
import { SeriesIndex } from '../../store/series.ts'
import { silent } from '../support/silent-log.ts'

interface Sum {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
}

/** These tests have no programs. */
const none = async () => ({ ok: false, error: { code: 'busy', detail: 'no programs here' } }) as const
const NO_SCRIPTS: Scripts = { checkDecoder: none, checkMapping: none, decode: none, map: none }

interface PipelineUnderTest {
  readonly pipeline: Pipeline
  /** The accounting so far. */
  sum(): Sum
  readonly storedObservations: Observation[]
  /** Who was said to be there or gone, and what was answered on which topics. */
  readonly said: string[]
  readonly registry: Registry
}

/** The real pipeline on a database whose devices are there already. What is fatal ends the test. */
export async function pipelineOn(
  db: Db,
  batch: BatchLimits = { rowsMax: 5000, ageMsMax: 1 },
): Promise<PipelineUnderTest> {
  const sum = { received: 0, stored: 0, duplicate: 0, rejected: 0 }
  const metrics: IngestMetrics = {
    message: () => {},
    received: (values) => {
      sum.received += values
    },
    stored: (values) => {
      sum.stored += values
    },
    duplicate: (values) => {
      sum.duplicate += values
    },
    rejected: (_code, values) => {
      sum.rejected += values
    },
    ignored: () => {},
    commit: () => {},
  }
  const storedObservations: Observation[] = []
  const said: string[] = []
  const registry = await Registry.load(db)
  const wiring = await Wiring.load(db)
  const pipeline = new Pipeline(
    {
      db,
      registry,
      wiring,
      sources: new Sources(registry, wiring, silent),
      scripts: NO_SCRIPTS,
      tail: new MessageTail(),
      onAnswered: (commands) => said.push(...commands.map((id) => `${id} answered`)),
      onPresence: (device, { kind }) => said.push(`${device} ${kind}`),
      onAnswer: (_device, topic) => said.push(topic),
      series: new SeriesIndex(db),
      spool: null,
      metrics,
      log: silent,
      onStored: (observations) => storedObservations.push(...observations),
      onFatal(error) {
        throw error
      },
    },
    { retentionDays: 1100, lateDays: 30, pendingBytesMax: 64 * 1_048_576, spoolAfterMs: 2000, batch },
  )
  return { pipeline, sum: () => ({ ...sum }), storedObservations, said, registry }
}

/** A message of a device's own readings, as it comes off the wire. */
export const messageOf = (device: string, payload: Uint8Array, receivedAt: number): Message => ({
  device,
  topic: `devices/${device}/readings`,
  payload,
  receivedAt,
  via: 'mqtt',
})
