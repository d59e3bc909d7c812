import { z } from 'zod'
import { addDays, formatTime, localDate, localDayStart, type Micros } from '../core/time.ts'
import { csvLine } from '../digital-twin/indicator/formats/csv-line.ts'
import { lastDayOf } from '../digital-twin/indicator/period.ts'
import type { Revision } from '../digital-twin/indicator/releases/revisions.ts'
import type { CalendarRow } from '../store/release-calendar.ts'
import type { PeriodDigest } from '../store/release-inputs.ts'
import type { Release } from '../store/releases.ts'

export const Kind = z.enum(['ROUTINE', 'MAJOR', 'CORRECTION'])
export const PeriodCode = z
  .string()
  .refine((text) => lastDayOf(text) !== null, 'takes 2025, 2025-Q4 or 2025-12')

export const Planned = z.object({
  period: z.string(),
  plannedOn: z.string(),
  kind: Kind,
  recordedAt: z.string(),
  inForce: z.boolean().describe('no later entry of the same period and kind'),
  release: z
    .string()
    .nullable()
    .describe('the first release of the period and kind since this was announced'),
  publishedAt: z.string().nullable(),
})

export const ReleaseDocument = z.object({
  id: z.string(),
  publishedAt: z.string(),
  asOf: z.string().describe('only what was recorded or received by then'),
  kind: Kind,
  final: z.boolean(),
  reason: z.string().describe('of a correction: the notice to the public'),
  methodVersion: z.string(),
  periods: z.array(z.string()),
  inputsSha256: z.string().describe('over the digests of its periods'),
  figuresSha256: z.string(),
  imported: z.boolean().describe('published before this installation knew of it'),
  recordedAt: z.string(),
})

export const WholeRelease = ReleaseDocument.extend({
  digests: z.array(
    z.object({
      period: z.string(),
      inputsSha256: z.string(),
      figuresSha256: z.string(),
      figures: z.number(),
      changed: z.number().describe('figures that are new or not as in the release before'),
    }),
  ),
  calendar: z.array(Planned),
})

const Shown = z.object({
  value: z.string().nullable(),
  num: z.number().nullable(),
  den: z.number().nullable(),
  obsStatus: z.string(),
  confStatus: z.string(),
})
const Words = z.object({ code: z.string(), vi: z.string(), en: z.string() })

export const RevisionDocument = z.object({
  ...{ area: z.string(), geoVersion: z.string(), indicator: z.string(), access: z.string() },
  ...{ domain: z.string(), class: z.string(), coverage: z.string(), period: z.string() },
  before: Shown.nullable(),
  after: Shown.nullable(),
  reasons: z.array(Words),
})
export const ReasonCount = Words.extend({ figures: z.number() })

/** A day that was meant as far as it had gone: up to the publication, or to now. */
export const withinDay = (at: Micros, end: Micros): Micros =>
  at === localDayStart(addDays(localDate(end), 1)) - 1 ? end : at

export const shownRelease = (release: Release): z.infer<typeof ReleaseDocument> => ({
  id: release.id,
  publishedAt: formatTime(release.publishedAt),
  asOf: formatTime(release.asOf),
  kind: release.kind,
  final: release.isFinal,
  reason: release.reason,
  methodVersion: release.methodVersion,
  periods: [...release.periods],
  inputsSha256: release.inputsSha256,
  figuresSha256: release.figuresSha256,
  imported: release.isImported,
  recordedAt: formatTime(release.recordedAt),
})

export const shownDigest = ({ period, sha256, figuresSha256, figures, changed }: PeriodDigest) => ({
  ...{ period, inputsSha256: sha256, figuresSha256, figures, changed },
})

export const shownPlanned = (row: CalendarRow): z.infer<typeof Planned> => ({
  period: row.period,
  plannedOn: row.plannedOn,
  kind: row.kind,
  recordedAt: formatTime(row.recordedAt),
  inForce: row.isInForce,
  release: row.release,
  publishedAt: row.publishedAt === null ? null : formatTime(row.publishedAt),
})

/** A copy that may be given away, its lists too. */
export const shownRevision = (revision: Revision): z.infer<typeof RevisionDocument> => ({
  ...revision,
  reasons: [...revision.reasons],
})

/** How many figures each reason is given for, the most frequent first. */
export function reasonCounts(
  revisions: readonly Revision[],
  words: Readonly<Record<string, { vi: string; en: string }>>,
) {
  const counts = new Map<string, number>()
  for (const { reasons } of revisions)
    for (const code of new Set(reasons.map(({ code }) => code))) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts]
    .map(([code, figures]) => ({ code, ...(words[code] ?? { vi: code, en: code }), figures }))
    .sort((a, b) => b.figures - a.figures || (a.code < b.code ? -1 : 1))
}

const COLUMNS: readonly (readonly [name: string, cell: (row: Revision) => string | number | null])[] = [
  ['period', ({ period }) => period],
  ['area', ({ area }) => area],
  ['geo_version', ({ geoVersion }) => geoVersion],
  ['indicator', ({ indicator }) => indicator],
  ['access', ({ access }) => access],
  ['domain', ({ domain }) => domain],
  ['class', (row) => row.class],
  ['coverage', ({ coverage }) => coverage],
  ['value_before', ({ before }) => before?.value ?? null],
  ['value_after', ({ after }) => after?.value ?? null],
  ['obs_status_before', ({ before }) => before?.obsStatus ?? null],
  ['obs_status_after', ({ after }) => after?.obsStatus ?? null],
  ['conf_status_before', ({ before }) => before?.confStatus ?? null],
  ['conf_status_after', ({ after }) => after?.confStatus ?? null],
  ['reason_codes', ({ reasons }) => reasons.map(({ code }) => code).join(' ')],
  ['reasons_vi', ({ reasons }) => reasons.map(({ vi }) => vi).join('; ')],
  ['reasons_en', ({ reasons }) => reasons.map(({ en }) => en).join('; ')],
]

/** RFC 4180, with a header line. */
export const revisionsCsv = (revisions: readonly Revision[]): string =>
  [COLUMNS.map(([name]) => name), ...revisions.map((row) => COLUMNS.map(([, cell]) => cell(row)))]
    .map(csvLine)
    .join('')
