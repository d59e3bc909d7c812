import { availableParallelism } from 'node:os'
import type { Measurement } from './measure.ts'

export interface Skipped {
  readonly name: string
  readonly reason: string
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
) {
  return {
    machine: { cpus: availableParallelism(), node: process.version },
    subjects: measurements,
    ratios: ratios(measurements),
    skipped,
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
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return [HEAD, ...rows].map(line).join('\n')
}

const shown = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(1))
