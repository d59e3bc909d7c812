import { readFileSync } from 'node:fs'

/** What a process has in memory now, as Linux counts it (VmRSS). */
export function residentBytes(pid: number | undefined): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1]) * 1024
}
