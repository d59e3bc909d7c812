import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { microsNow } from './core/time.ts'
import type { Vitals } from './core/vitals.ts'
import type { Pipeline } from './ingest/pipeline.ts'
import { MEBIBYTE } from './platform-settings.ts'
import { createMetrics, type Gauges, type Metrics } from './telemetry/metrics.ts'
import { VitalSigns } from './telemetry/vital-signs.ts'

interface Sources extends Omit<Gauges, 'pendingBytes'> {
  pipeline(): Pick<Pipeline, 'pendingBytes' | 'oldestWaitingS'>
  rulesWaiting(): number
}

/** The metrics, and how the process does: what is asked for is there once the platform is built. */
export function openTelemetry(
  config: Config,
  sources: Sources,
): { readonly metrics: Metrics; readonly vitals: Vitals; start(): void; stop(): void } {
  const pendingBytes = () => sources.pipeline().pendingBytes
  const vitals = new VitalSigns(version(), {
    pendingBytes,
    pendingBytesMax: config.PENDING_MEGABYTES_MAX * MEBIBYTE,
    oldestS: () => sources.pipeline().oldestWaitingS(microsNow()),
    rulesWaiting: sources.rulesWaiting,
    spoolMessages: () => sources.spool()?.messages ?? 0,
    sessions: sources.sessions,
  })
  const metrics = vitals.counting(createMetrics({ ...sources, pendingBytes }))
  return { metrics, vitals, start: () => vitals.start(), stop: () => vitals.stop() }
}

const version = (): string =>
  (JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string })
    .version
