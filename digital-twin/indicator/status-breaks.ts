/** Where a series goes on over a change and is not comparable with what came before: status B on its first figure after it.
 *
 *      const before = referenceDateBefore('2025-07') // 2025-06-30
 *      breaksIn({ areas: areasOn(before), methodVersion: '1.0.0' }, inputs)
 *      // [{ area: '66', because: 'geography', before: '2025-03' }, { area: '66_U', because: 'geography', before: '2025-03' }] */
import { addDays } from '../../core/time.ts'
import type { AreaLabel } from './figure.ts'
import type { BreakInput, PeriodInputs } from './inputs.ts'
import { lastDayOf } from './period.ts'

/** What held on the reference date of the period before. */
export interface Before {
  readonly areas: readonly Pick<AreaLabel, 'code' | 'geoVersion'>[]
  /** Of the figures of the period before; null: there are none. */
  readonly methodVersion: string | null
}

/** A code that stood for another territory before is a break, and so is another method, for every series. Codes that are new begin
 *  a series; territories were made to have no break of boundaries. */
export function breaksIn(
  before: Before,
  now: Pick<PeriodInputs, 'areas' | 'province' | 'methodVersion' | 'territories'>,
): BreakInput[] {
  const nowhere = `${now.province}_U`
  const versions = new Map(before.areas.map(({ code, geoVersion }) => [code, geoVersion]))
  const home = now.areas.find(({ code }) => code === now.province)
  const series = [
    ...now.areas.map(({ code, geoVersion }) => ({ code, geoVersion, was: versions.get(code) })),
    ...(home ? [{ code: nowhere, geoVersion: home.geoVersion, was: versions.get(now.province) }] : []),
    ...now.territories.map(({ label }) => ({ ...label, was: undefined })),
  ].sort((a, b) => (a.code < b.code ? -1 : 1))
  const { methodVersion } = before
  return series.flatMap(({ code, geoVersion, was }): BreakInput[] => [
    ...(was !== undefined && was !== geoVersion
      ? [{ area: code, because: 'geography' as const, before: was }]
      : []),
    ...(methodVersion !== null && methodVersion !== now.methodVersion
      ? [{ area: code, because: 'method' as const, before: methodVersion }]
      : []),
  ])
}

/** The last local day of the period before a year, quarter, month or day. Null: no period. */
export function referenceDateBefore(period: string): string | null {
  if (/^\d{4}-\d\d-\d\d$/.test(period)) return addDays(period, -1)
  const last = lastDayOf(period)
  if (last === null) return null
  const [year = '', month = ''] = last.split('-')
  const months = period.includes('Q') ? 3 : period.length === 4 ? 12 : 1
  const first = `${year}-${String(Number(month) - months + 1).padStart(2, '0')}-01`
  return addDays(first, -1)
}
