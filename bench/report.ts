import { availableParallelism } from 'node:os'
import { shown, textTable } from './figures.ts'
import type { Growth } from './growth.ts'
import type { MemoryFigures } from './heap.ts'
import type { IdleFigures } from './idle.ts'
import type { Measurement } from './measure.ts'
import type { ReadFigures } from './reads.ts'
import type { StreamFigures } from './stream.ts'

export interface Skipped {
  readonly name: string
  readonly reason: string
}

/** What was measured besides messages on the wire; a part that was not asked for is not there. */
export interface Parts {
  stream?: StreamFigures[]
  idle?: IdleFigures[]
  reads?: ReadFigures[]
  memory?: MemoryFigures
  growth?: Growth
}

/** A platform's figure divided by that of aedes alone in the same scenario. */
interface Ratio {
  readonly messagesPerSecond: number
  readonly cpuMainThread: number | null
  readonly cpuAll: number | null
  readonly p50: number
  readonly p99: number
}

export function report(
  measurements: readonly Measurement[],
  skipped: readonly Skipped[],
  notes: readonly string[],
  parts: Parts,
) {
  return {
    machine: { cpus: availableParallelism(), node: process.version },
    subjects: measurements,
    ratios: ratios(measurements),
    skipped,
    ...parts,
    notes,
  }
}

/** Ratios by scenario and subject. */
function ratios(measurements: readonly Measurement[]): Record<string, Record<string, Ratio>> {
  const found: Record<string, Record<string, Ratio>> = {}
  for (const bare of measurements.filter(({ name }) => name === 'bare')) {
    const others = measurements.filter(({ name, scenario }) => name !== 'bare' && scenario === bare.scenario)
    found[bare.scenario] = Object.fromEntries(others.map((other) => [other.name, ratio(other, bare)]))
  }
  return found
}

function ratio(platform: Measurement, bare: Measurement): Ratio {
  const over = (a: number | undefined, b: number | undefined) =>
    a === undefined || !b ? null : Math.round((a / b) * 1000) / 1000
  const cpu = platform.cpuMicrosPerMessage ?? undefined
  const bareCpu = bare.cpuMicrosPerMessage ?? undefined
  return {
    messagesPerSecond: over(platform.messagesPerSecond, bare.messagesPerSecond) ?? 0,
    cpuMainThread: over(cpu?.mainThread, bareCpu?.mainThread),
    cpuAll: over(cpu?.all, bareCpu?.all),
    p50: over(platform.p50Ms, bare.p50Ms) ?? 0,
    p99: over(platform.p99Ms, bare.p99Ms) ?? 0,
  }
}

const HEAD = [
  'scenario',
  'subject',
  'messages/s',
  'CPU µs main',
  'all',
  'database',
  'generator busy',
  'p50 ms',
  'p99 ms',
  'lost',
]

/** A table for people. */
export function table(measurements: readonly Measurement[]): string {
  const rows = measurements.map((m) => [
    m.scenario,
    m.name,
    m.messagesPerSecond.toLocaleString('en'),
    shown(m.cpuMicrosPerMessage?.mainThread),
    shown(m.cpuMicrosPerMessage?.all),
    shown(m.cpuMicrosPerMessage?.database),
    `${Math.round(m.generatorBusy * 100)} %`,
    shown(m.p50Ms),
    shown(m.p99Ms),
    m.lost === null ? '–' : String(m.lost),
  ])
  return textTable(HEAD, rows, 2)
}
