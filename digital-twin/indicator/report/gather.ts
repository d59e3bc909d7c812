import { inTurns } from '../../../core/slices.ts'
import { addDays, type Micros, microsNow, parseRfc3339 } from '../../../core/time.ts'
import { listAreas } from '../../../store/areas.ts'
import type { Db } from '../../../store/db.ts'
import { type ReleasedPoint, releasedCourse } from '../../../store/released-course.ts'
import { findRelease, releaseAt, releaseBefore } from '../../../store/releases.ts'
import type { Coverage } from '../codes.ts'
import { explain } from '../explain.ts'
import type { AreaLabel, Figure, FigureSet } from '../figure.ts'
import type { FigureSetRequest } from '../figure-source.ts'
import type { Computed, Indicator } from '../indicator.ts'
import type { PeriodInputs, PopulationInput } from '../inputs.ts'
import { WINDOW_DAYS } from '../method.ts'
import { periodsBetween } from '../period.ts'
import { populationFor } from '../population.ts'
import { QUARTERS } from '../rank.ts'
import { releasedFigures, releasedInputs } from '../releases/read.ts'
import { revisionsInSteps } from '../releases/revisions.ts'
import { nationalStanding } from '../standings.ts'
import { knowStepsWithheld } from '../steps-withheld.ts'
import type { Publication, ReportContent, ReportRevision } from './content.ts'
import { trendOf } from './trend-of.ts'

interface ReportRequest {
  readonly year: number
  /** The newest release published by then; null: by now. Before the first, what was known then. */
  readonly asOf: Micros | null
  readonly publication: Publication
}

/** Windows beside the method's own (docs/methodology.md §4). */
const OTHER_WINDOWS = [30, 365]

/** Reads all that the report of a year states. */
export async function gatherReport(
  db: Db,
  indicator: Indicator,
  { year, asOf, publication }: ReportRequest,
): Promise<ReportContent> {
  const period = String(year)
  const at = asOf ?? microsNow()
  const computed = await indicator.period(period, { asOf: at, inputsAsOf: null, windowDays: WINDOW_DAYS })
  const { inputs, release } = computed
  const { province, referenceDate } = inputs
  const set = (more: Partial<FigureSetRequest> = {}): Promise<FigureSet> =>
    indicator.figureSet({
      periods: [period],
      areas: [province],
      level: null,
      isDetail: false,
      coverage: 'PLATFORM',
      asOf: at,
      inputsAsOf: null,
      windowDays: WINDOW_DAYS,
      ...more,
    })
  const whole = await set({ areas: null })
  await knowStepsWithheld(inputs)
  const shapes = await listAreas(db, referenceDate, 'commune', true)
  return {
    year,
    province,
    set: whole,
    sensitivity: await inTurn(OTHER_WINDOWS, (windowDays) =>
      set({ windowDays, asOf: null, inputsAsOf: knownBy(release?.asOf, at) }),
    ),
    beside: inputs.reports.length === 0 ? [] : await inTurn(BESIDE, (coverage) => set({ coverage })),
    detail: await set({ isDetail: true }),
    previous: await yearBefore(db, set, { year, at, isReleased: release !== null }),
    targets: inputs.targets,
    standing: standingOf(computed),
    rules: rulesOf(computed),
    populations: populationsUsed(inputs, whole.areas),
    reports: inputs.reports,
    outageDays: inputs.outageDays,
    revisions: await revisionsIn(db, computed),
    trend: trendOf(await pointsOf(db, indicator, computed, at), inputs),
    shapes: shapes.flatMap(({ code, geometry }) => (geometry === null ? [] : [{ code, geometry }])),
    publication,
  }
}

/** A release beside a release; before the first, beside what is known of the year before. Null: there is nothing of it. */
async function yearBefore(
  db: Db,
  set: (more: Partial<FigureSetRequest>) => Promise<FigureSet>,
  { year, at, isReleased }: { readonly year: number; readonly at: Micros; readonly isReleased: boolean },
): Promise<FigureSet | null> {
  const period = String(year - 1)
  if (isReleased && !(await releaseAt(db, period, at))) return null
  const found = await set({ periods: [period], areas: null })
  return found.figures.some(({ num }) => num !== null && num > 0) ? found : null
}

const DRAFT_DAYS = 700

/** Published ones; of a report that is not released, the quarters of two years as far as they are known. */
async function pointsOf(
  db: Db,
  indicator: Indicator,
  { inputs: { province, referenceDate }, release }: Computed,
  at: Micros,
): Promise<readonly ReleasedPoint[]> {
  const published = await releasedCourse(db, province, at)
  if (release || published.length > 0) return published
  const quarters = periodsBetween('Q', addDays(referenceDate, -DRAFT_DAYS), referenceDate)
  const found = await inTurn(quarters, async ({ period }) => {
    const { figures } = await indicator.period(period, {
      asOf: at,
      inputsAsOf: null,
      windowDays: WINDOW_DAYS,
    })
    return figures.filter((figure) => isHeadline(figure, province) && figure.num !== 0).map(pointOf)
  })
  return found.flat()
}

const pointOf = ({
  freq,
  period,
  referenceDate,
  num,
  den,
  value,
  obsStatus,
  comment,
}: Figure): ReleasedPoint => ({
  ...{ freq, period, referenceDate, value, comment },
  connections: num,
  population: den,
  status: obsStatus,
})

const isHeadline = ({ area, indicator, access, domain, class: kind, coverage }: Figure, province: string) =>
  area === province &&
  indicator === 'IOT_CONN_PC' &&
  coverage === 'PLATFORM' &&
  [access, domain, kind].every((code) => code === '_T')

function standingOf(computed: Computed): ReportContent['standing'] {
  const standing = nationalStanding(computed)
  if (!standing) return null
  const { place, average, met, byRule, indicator, sources } = standing
  const group = place && QUARTERS[place.quarter]
  return {
    place: place &&
      group && { rank: place.rank, of: place.of, group: { vi: group.nameVi, en: group.nameEn } },
    ...{ average, indicator, sources },
    isUpperHalf: met,
    isAboveAverage: byRule['national-average'],
  }
}

const BESIDE: readonly Coverage[] = ['OPERATOR', 'COMBINED']

/** One after the other: the embedded database has one connection. */
async function inTurn<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const found: R[] = []
  for (const item of items) found.push(await read(item))
  return found
}

const knownBy = (time: string | undefined, at: Micros): Micros =>
  time === undefined ? at : (parseRfc3339(time) ?? at)

/** Of the whole province. */
function rulesOf({ inputs, figures }: Computed): ReportContent['rules'] {
  const { province } = inputs
  const isWithheld = figures.find((figure) => isHeadline(figure, province))?.confStatus !== 'F'
  const cell = { area: province, access: '_T', domain: '_T', class: '_T' } as const
  return explain(inputs, cell, isWithheld).flatMap(({ rule, count }) =>
    rule === 'ALL' || rule === 'REGISTERED' ? [] : [{ rule, devices: count }],
  )
}

/** What each area is divided by. */
function populationsUsed({ populations, referenceDate }: PeriodInputs, areas: readonly AreaLabel[]) {
  const year = Number(referenceDate.slice(0, 4))
  return areas.flatMap(({ code, geoVersion }): PopulationInput[] => {
    const known = populations.filter((row) => row.area === code && row.geoVersion === geoVersion)
    const chosen = populationFor(known, year)
    return chosen ? [chosen] : []
  })
}

/** What the release changed of the one before: of the province all counts and ratios, of other areas the ratio. */
async function revisionsIn(db: Db, after: Computed): Promise<ReportRevision[]> {
  const { period, province } = after.inputs
  const release = after.release && (await findRelease(db, after.release.id))
  const earlier = release && (await releaseBefore(db, release, period))
  if (!earlier) return []
  const before = {
    inputs: await releasedInputs(db, earlier, period),
    figures: await releasedFigures(db, earlier, period),
  }
  return (await inTurns(revisionsInSteps(before, after)))
    .filter(
      ({ area, indicator, access, domain, class: kind, coverage }) =>
        [access, domain, kind].every((code) => code === '_T') &&
        coverage === 'PLATFORM' &&
        (area === province || indicator === 'IOT_CONN_PC'),
    )
    .filter((revision) => revision.before?.value !== revision.after?.value)
    .map((revision) => ({
      area: revision.area,
      indicator: revision.indicator,
      period: revision.period,
      before: revision.before?.value ?? null,
      after: revision.after?.value ?? null,
      release: release.id,
      reasons: revision.reasons,
    }))
}
