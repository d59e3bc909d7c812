import { ACCESSES, CLASSES, COVERAGES, DOMAINS, FREQUENCIES, INDICATORS } from './codes.ts'
import type { Figure } from './figure.ts'

/** Figures in the one order that outputs have, whatever order their inputs came in: by area (as text), indicator, access,
 *  domain, class, coverage, frequency, period. */
export const inOrder = (figures: readonly Figure[]): Figure[] => [...figures].sort(compare)

function compare(a: Figure, b: Figure): number {
  return (
    text(a.area, b.area) ||
    rank(INDICATORS, a.indicator, b.indicator) ||
    rank(ACCESSES, a.access, b.access) ||
    rank(DOMAINS, a.domain, b.domain) ||
    rank(CLASSES, a.class, b.class) ||
    rank(COVERAGES, a.coverage, b.coverage) ||
    rank(FREQUENCIES, a.freq, b.freq) ||
    text(a.period, b.period) ||
    text(a.geoVersion, b.geoVersion)
  )
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const rank = (codes: readonly { readonly id: string }[], a: string, b: string): number =>
  a === b ? 0 : codes.findIndex(({ id }) => id === a) - codes.findIndex(({ id }) => id === b)
