import { atOnce, type InSteps } from '../../core/slices.ts'
import { ACCESSES, CLASSES, COVERAGES, DOMAINS, FREQUENCIES, INDICATORS } from './codes.ts'
import type { Figure } from './figure.ts'

/** Figures in the one order that outputs have, whatever order their inputs came in: by area (as text), indicator, access,
 *  domain, class, coverage, frequency, period. */
export const inOrder = (figures: readonly Figure[]): Figure[] => atOnce(inOrderInSteps(figures))

export function* inOrderInSteps(figures: readonly Figure[]): InSteps<Figure[]> {
  const byArea = [...Map.groupBy(figures, ({ area }) => area)].sort(([a], [b]) => text(a, b))
  const sorted: Figure[] = []
  for (const [, ofArea] of byArea) {
    yield
    for (const figure of ofArea.sort(compare)) sorted.push(figure)
  }
  return sorted
}

/** By the places of codes in their list. */
function byPlace(codes: readonly { readonly id: string }[]): (a: string, b: string) => number {
  const places = new Map(codes.map(({ id }, place) => [id, place]))
  return (a, b) => (places.get(a) ?? -1) - (places.get(b) ?? -1)
}

const byIndicator = byPlace(INDICATORS)
const byAccess = byPlace(ACCESSES)
const byDomain = byPlace(DOMAINS)
const byClass = byPlace(CLASSES)
const byCoverage = byPlace(COVERAGES)
const byFrequency = byPlace(FREQUENCIES)

function compare(a: Figure, b: Figure): number {
  return (
    byIndicator(a.indicator, b.indicator) ||
    byAccess(a.access, b.access) ||
    byDomain(a.domain, b.domain) ||
    byClass(a.class, b.class) ||
    byCoverage(a.coverage, b.coverage) ||
    byFrequency(a.freq, b.freq) ||
    text(a.period, b.period) ||
    text(a.geoVersion, b.geoVersion)
  )
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
