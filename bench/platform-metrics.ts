/** The platform's metrics, by name with labels as they are written. */
export async function readMetrics(apiUrl: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${apiUrl}/metrics`)).text()
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

type Metrics = ReadonlyMap<string, number>

/** What a histogram counted between two readings: `atMost` gives the bound under which such a share of it lies. */
export function histogramBetween(
  before: Metrics,
  after: Metrics,
  name: string,
): { atMost(share: number): number } {
  const bucket = new RegExp(`^${name}_bucket\\{le="([^"]+)"\\}$`)
  const buckets = [...after].flatMap(([key, count]) => {
    const bound = bucket.exec(key)?.[1]
    return bound === undefined
      ? []
      : [{ bound: Number(bound.replace('+Inf', 'Infinity')), count: count - (before.get(key) ?? 0) }]
  })
  const all = buckets.at(-1)?.count ?? 0
  return { atMost: (share) => buckets.find(({ count }) => count >= share * all)?.bound ?? Number.NaN }
}
