import type { Accounting } from './subject.ts'

/** The platform's own count of observations, as it stands on /metrics. */
export async function readCounters(apiUrl: string): Promise<Omit<Accounting, 'rows'>> {
  const text = await (await fetch(`${apiUrl}/metrics`)).text()
  const sum = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`plumbline_observations_${name}_total`))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  return {
    received: sum('received'),
    stored: sum('stored'),
    duplicate: sum('duplicate'),
    rejected: sum('rejected'),
  }
}
