/** The name among those that are known which one that is not was most likely meant to be; null: none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const wanted = name.toLowerCase()
  const sameLetters = known.find((candidate) => candidate.toLowerCase() === wanted)
  if (sameLetters !== undefined) return sameLetters
  // Of two letters one is half the name.
  const allowed = name.length <= 2 ? 0 : Math.min(2, Math.ceil(name.length / 3))
  let best: string | null = null
  let bestDistance = allowed + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Letters to insert, remove, replace or swap with their neighbour; `limit` stands for anything that is no less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    before = above
    above = row
  }
  return above[b.length] ?? limit
}
