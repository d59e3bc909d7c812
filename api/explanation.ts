import { z } from 'zod'
import { explain } from '../digital-twin/indicator/explain.ts'
import type { AreaLabel } from '../digital-twin/indicator/figure.ts'
import { figureKey } from '../digital-twin/indicator/figure-key.ts'
import type { Computed, Indicator } from '../digital-twin/indicator/indicator.ts'
import type { PeriodInputs } from '../digital-twin/indicator/inputs.ts'
import { reportsOf, tellsOfPersons } from '../digital-twin/indicator/operators.ts'
import { type Place, placesOf } from '../digital-twin/indicator/places.ts'
import { ratio } from '../digital-twin/indicator/ratio.ts'
import { knowStepsWithheld } from '../digital-twin/indicator/steps-withheld.ts'
import { type CellAsked, FigureDocument, figureDocument } from './indicator-document.ts'

const Words = z.object({ vi: z.string(), en: z.string() })

export const Explanation = z.object({
  figure: FigureDocument,
  formula: z.string().nullable().describe('the division as it was done'),
  steps: z.array(
    z.object({
      rule: z
        .string()
        .describe('ALL and REGISTERED are sums; the others are rules of docs/methodology.md §5'),
      nameVi: z.string(),
      nameEn: z.string(),
      count: z.number().nullable().describe('null: withheld'),
      sign: z.enum(['=', '-']),
    }),
  ),
  sims: z.number().nullable().describe('active SIMs of the cell, those of gateways too; null: withheld'),
  populations: z.array(
    z.object({
      year: z.number(),
      basis: z.string(),
      value: z.number(),
      source: z.string(),
      publishedOn: z.string().nullable(),
      chosen: z.boolean(),
      perPerson: z.string().nullable().describe('what the figure would be by this population'),
    }),
  ),
  operators: z.array(
    z.object({
      operator: z.string(),
      area: z.string(),
      access: z.string(),
      subscriptions: z.number(),
      onPlatform: z
        .number()
        .nullable()
        .describe('of them, how many are counted here too; null: not known, or withheld'),
      matchedBy: z.enum(['digest', 'declared']).nullable(),
      added: z
        .number()
        .nullable()
        .describe('what is beyond the platform; null: cannot be added, or withheld'),
      source: z.string(),
    }),
  ),
  sensitivity: z.array(
    z.object({
      windowDays: z.number(),
      connections: z.number().nullable(),
      perPerson: z.string().nullable(),
    }),
  ),
  outageDays: z.array(z.string()),
  comparability: Words,
  withheld: Words.nullable(),
})

/** How one cell came about, down to the counts by rule. */
export async function explanationOf(
  indicator: Indicator,
  computed: Computed,
  label: AreaLabel,
  asked: CellAsked,
): Promise<z.infer<typeof Explanation>> {
  const { inputs } = computed
  await knowStepsWithheld(inputs)
  const figure = figureDocument(computed, label, asked)
  const isWithheld = figure.connections === null
  const sims = figureDocument(computed, label, { ...asked, indicator: 'M2M_SIM' })
  const { connections, population } = figure
  const place = placesOf(inputs).find(({ area }) => area === label.code)
  return {
    figure,
    formula:
      connections === null || figure.perPerson === null
        ? null
        : `${connections} / ${population} = ${figure.perPerson}`,
    steps: explain(inputs, { ...asked, area: label.code }, isWithheld),
    sims: sims.value === null ? null : Number(sims.value),
    populations: populationsOf(inputs, label, figure),
    operators: place ? operatorsOf(computed, place) : [],
    // Side by side, windows of smaller areas would show single persons.
    sensitivity:
      isWithheld || !isTotal(asked) || label.code !== inputs.province
        ? []
        : (await indicator.byWindow(computed)).map(({ windowDays, connections: n }) => ({
            windowDays,
            connections: n,
            perPerson: population ? ratio(n, population, 4) : null,
          })),
    outageDays: [...inputs.outageDays],
    comparability: COMPARABILITY,
    withheld: isWithheld ? WITHHELD : null,
  }
}

function operatorsOf({ inputs, byKey }: Computed, place: Place) {
  const total = { access: '_T', domain: '_T', class: '_T', coverage: 'PLATFORM' } as const
  const isConfidential = tellsOfPersons(inputs, (area) => {
    const geoVersion = inputs.areas.find(({ code }) => code === area)?.geoVersion ?? ''
    return byKey.get(figureKey({ ...total, area, geoVersion, indicator: 'M2M_SIM' }))?.confStatus !== 'F'
  })
  return reportsOf(inputs.reports, place).map((report) => {
    const { operator, area, access, subscriptions, matchedBy, source } = report
    const onPlatform = isConfidential(report) ? null : report.onPlatform
    return {
      ...{ operator, area, access, subscriptions, onPlatform, matchedBy, source },
      added: onPlatform === null ? null : Math.max(0, subscriptions - onPlatform),
    }
  })
}

const isTotal = ({ access, domain, class: kind, coverage }: CellAsked): boolean =>
  access === '_T' && domain === '_T' && kind === '_T' && coverage === 'PLATFORM'

function populationsOf(
  inputs: PeriodInputs,
  { code, geoVersion }: AreaLabel,
  { connections, populationYear, populationBasis }: z.infer<typeof FigureDocument>,
) {
  return inputs.populations
    .filter((row) => row.area === code && row.geoVersion === geoVersion)
    .map(({ year, basis, value, source, publishedOn }) => ({
      ...{ year, basis, value, source, publishedOn },
      chosen: year === populationYear && basis === populationBasis,
      perPerson: connections === null || value === 0 ? null : ratio(connections, value, 4),
    }))
    .sort((a, b) => Number(b.chosen) - Number(a.chosen) || b.year - a.year)
}

const COMPARABILITY = {
  vi: 'Số kết nối IoT đếm thiết bị đầu cuối thuộc mọi công nghệ thấy trên nền tảng; không so sánh trực tiếp được với số liệu của ITU hay OECD. Chỉ tiêu so sánh được là thuê bao M2M trên 100 dân (M2M_SIM_P100); xem Phương pháp, mục 12.',
  en: 'IoT connections count end devices of every technology seen by the platform, and cannot be set beside figures of ITU or OECD. What can is M2M subscriptions per 100 inhabitants (M2M_SIM_P100); see the methodology, section 12.',
}

const WITHHELD = {
  vi: 'Không công bố: số ít hộ hoặc cá nhân có thể bị nhận ra từ ô này, hoặc từ ô này suy ra ô khác. Tổng của các cấp trên vẫn đầy đủ.',
  en: 'Not published: few households or persons could be recognised in this cell, or another cell be worked out from it. The totals above it are whole.',
}
