import { z } from 'zod'
import { addDays } from '../core/time.ts'
import {
  ACCESSES,
  type AccessCode,
  CLASSES,
  type ClassCode,
  CONF_STATUSES,
  COVERAGES,
  type Coverage,
  DOMAINS,
  type DomainCode,
  INDICATORS,
  type IndicatorId,
  OBS_STATUSES,
} from '../digital-twin/indicator/codes.ts'
import type { AreaLabel, Figure } from '../digital-twin/indicator/figure.ts'
import { figureKey } from '../digital-twin/indicator/figure-key.ts'
import { type Computed, isMadeUp } from '../digital-twin/indicator/indicator.ts'
import { ratio } from '../digital-twin/indicator/ratio.ts'
import { isUpperAverage } from '../digital-twin/indicator/standings.ts'
import { judge } from '../digital-twin/indicator/targets.ts'

const idsOf = <Id extends string>(codes: readonly { readonly id: Id }[]): [Id, ...Id[]] =>
  codes.map(({ id }) => id) as [Id, ...Id[]]

export const Indicator = z.enum(idsOf(INDICATORS))
export const CellQuery = {
  access: z.enum(idsOf(ACCESSES)).default('_T'),
  domain: z.enum(idsOf(DOMAINS)).default('_T'),
  class: z.enum(idsOf(CLASSES)).default('_T'),
  coverage: z.enum(idsOf(COVERAGES)).default('PLATFORM'),
}

const Arm = z.object({
  kind: z.enum(['per-person', 'upper-average']),
  value: z.string().nullable(),
  by: z.string(),
  source: z.string(),
  met: z.boolean().nullable(),
  gap: z.number().nullable().describe('connections still needed'),
})

const Release = z
  .object({
    id: z.string(),
    publishedAt: z.string(),
    asOf: z.string(),
    kind: z.enum(['ROUTINE', 'MAJOR', 'CORRECTION']),
    isFinal: z.boolean(),
    reason: z.string(),
    imported: z.boolean().describe('published before this installation knew of it'),
    inputsSha256: z.string(),
  })
  .nullable()

export const FigureDocument = z.object({
  indicator: Indicator,
  area: z.string(),
  areaName: z.object({ vi: z.string(), en: z.string() }),
  geoVersion: z.string(),
  period: z.string(),
  referenceDate: z.string(),
  access: z.string(),
  domain: z.string(),
  class: z.string(),
  coverage: z.enum(idsOf(COVERAGES)),
  connections: z.number().nullable().describe('distinct active end devices; null: withheld'),
  population: z.number().nullable(),
  populationYear: z.number().nullable(),
  populationBasis: z.string().nullable(),
  populationSource: z.string().nullable(),
  perPerson: z
    .string()
    .nullable()
    .describe('decimal, four places, rounded half away from zero from integers; null: see status'),
  value: z.string().nullable().describe('of the indicator asked for'),
  status: z
    .enum(idsOf(OBS_STATUSES))
    .describe('SDMX CL_OBS_STATUS of perPerson, or of the indicator asked for'),
  confStatus: z.enum(idsOf(CONF_STATUSES)).describe('SDMX CL_CONF_STATUS'),
  comment: z.string().nullable(),
  target: z.object({ arms: z.array(Arm), met: z.boolean().nullable(), gap: z.number().nullable() }),
  window: z.object({ days: z.number(), from: z.string(), to: z.string() }),
  methodVersion: z.string(),
  asOf: z.string().nullable().describe('only what was known then; null: everything known now'),
  release: Release,
  synthetic: z.boolean().describe('the population, or all data here, is made up for a demonstration'),
  computedAt: z.string().describe('of the release, of asOf, or of this computation'),
})

export interface CellAsked {
  readonly indicator: IndicatorId
  readonly access: AccessCode
  readonly domain: DomainCode
  readonly class: ClassCode
  readonly coverage: Coverage
}

/** What is compared with other localities: the province, all its technologies, domains and classes, as seen by the platform. */
const isProvince = ({ code }: AreaLabel, asked: CellAsked, { province }: Computed['inputs']): boolean =>
  code === province &&
  asked.coverage === 'PLATFORM' &&
  [asked.access, asked.domain, asked.class].every((dimension) => dimension === '_T')

/** One cell of a period in words and numbers. */
export function figureDocument(
  computed: Computed,
  label: AreaLabel,
  asked: CellAsked,
): z.infer<typeof FigureDocument> {
  const { inputs, release, preparedAt } = computed
  const { people, ...counted } = countsOf(computed, label, asked)
  const judged = judge(
    counted.connections,
    people?.num ?? null,
    inputs.targets,
    inputs.referenceDate,
    isProvince(label, asked, inputs) ? isUpperAverage(computed) : null,
  )
  return {
    indicator: asked.indicator,
    area: label.code,
    areaName: { vi: label.nameVi, en: label.nameEn },
    geoVersion: label.geoVersion,
    period: inputs.period,
    referenceDate: inputs.referenceDate,
    access: asked.access,
    domain: asked.domain,
    class: asked.class,
    coverage: asked.coverage,
    ...counted,
    population: people?.num ?? null,
    populationYear: people?.popYear ?? null,
    populationBasis: people?.popBasis ?? null,
    populationSource: sourceOf(computed, label, people),
    target: { ...judged, arms: [...judged.arms] },
    window: {
      days: inputs.windowDays,
      from: addDays(inputs.referenceDate, 1 - inputs.windowDays),
      to: inputs.referenceDate,
    },
    methodVersion: inputs.methodVersion,
    asOf: release?.asOf ?? inputs.asOf,
    release,
    synthetic: isMadeUp(inputs),
    computedAt: preparedAt,
  }
}

function countsOf(computed: Computed, label: AreaLabel, asked: CellAsked) {
  const people = findFigure(computed, label, { ...TOTAL, coverage: 'PLATFORM', indicator: 'POP' })
  const connections = findFigure(computed, label, { ...asked, indicator: 'IOT_CONN' })
  const perPerson = findFigure(computed, label, { ...asked, indicator: 'IOT_CONN_PC' })
  const shown = findFigure(computed, label, asked)
  if (!connections && !shown) return { people, ...nothingOf(computed, asked, people) }
  return {
    people,
    connections: connections?.num ?? null,
    perPerson: perPerson?.value ?? null,
    value: shown?.value ?? null,
    status: shown?.obsStatus ?? ('M' as const),
    confStatus: shown?.confStatus ?? ('F' as const),
    comment: shown?.comment ?? null,
  }
}

/** Of a cell that no figure is of: none are there. In the detailed table it may be withheld as well, for the sake of another area
 *  too: where persons anywhere own devices, it is not said which. */
function nothingOf(
  { inputs }: Computed,
  { coverage, domain, class: kind }: CellAsked,
  people: Figure | null,
) {
  const isSilent =
    (domain !== '_T' || kind !== '_T') && inputs.tallies.some(({ ownerKind }) => ownerKind === 'person')
  if (isSilent || coverage !== 'PLATFORM')
    return {
      ...{ connections: null, perPerson: null, value: null, comment: null },
      status: isSilent ? ('Q' as const) : ('M' as const),
      confStatus: isSilent ? ('C' as const) : ('F' as const),
    }
  const perPerson = people?.num ? ratio(0, people.num, 4) : null
  return {
    ...{ connections: 0, perPerson, value: null, comment: null },
    status: perPerson === null ? ('M' as const) : inputs.isFinal ? ('A' as const) : ('P' as const),
    confStatus: 'F' as const,
  }
}

const TOTAL = { access: '_T', domain: '_T', class: '_T' } as const

/** Null: nothing of it is published, or nothing is there. */
const findFigure = (
  { byKey }: Computed,
  { code, geoVersion }: Pick<AreaLabel, 'code' | 'geoVersion'>,
  asked: CellAsked,
): Figure | null => byKey.get(figureKey({ ...asked, area: code, geoVersion })) ?? null

function sourceOf({ inputs }: Computed, { code }: AreaLabel, people: Figure | null): string | null {
  const row = inputs.populations.find(
    (one) => one.area === code && one.year === people?.popYear && one.basis === people.popBasis,
  )
  return row?.source ?? null
}
