import { COVERAGES, INDICATORS, OBS_STATUSES } from '../codes.ts'
import type { Figure, ReleaseRef } from '../figure.ts'
import type { TargetInput } from '../inputs.ts'
import { gap } from '../ratio.ts'
import { type Html, html } from './html.ts'
import { localDay, localNumber, numeral } from './numbers.ts'
import type { Page } from './page.ts'
import { summary } from './summary.ts'

const KINDS = {
  ROUTINE: { vi: 'thường kỳ', en: 'routine' },
  MAJOR: { vi: 'điều chỉnh lớn', en: 'major revision' },
  CORRECTION: { vi: 'đính chính', en: 'correction' },
} as const

export function titleBlock(page: Page): Html {
  const { content, t, lang, nameOf } = page
  const { set, year, province } = content
  const area = set.areas.find(({ code }) => code === province)
  const headline = page.figure(province, 'IOT_CONN_PC')
  const coverage = COVERAGES.find(({ id }) => id === headline?.coverage)
  const facts: [string, string | Html][] = [
    [t('Ngày tham chiếu', 'Reference date'), localDay(headline?.referenceDate ?? `${year}-12-31`, lang)],
    [t('Lần phát hành', 'Release'), releaseWords(set.release, page)],
    [
      t('Dữ liệu ghi nhận đến', 'Inputs known by'),
      set.asOf === null ? t('thời điểm lập báo cáo', 'when this was made') : instant(set.asOf),
    ],
    [t('Phạm vi', 'Coverage'), coverage ? `${coverage.id}: ${nameOf(coverage)}` : '–'],
    [
      t('Phương pháp', 'Method'),
      t(
        `phiên bản ${set.methodVersion}, cửa sổ hoạt động ${set.windowDays} ngày`,
        `version ${set.methodVersion}, active within ${set.windowDays} days`,
      ),
    ],
    [t('Lập lúc', 'Prepared'), instant(set.preparedAt)],
    [t('Cơ quan công bố', 'Published by'), nameOf(content.publication.publisher)],
    ...(content.publication.licence === null
      ? []
      : [[t('Giấy phép', 'Licence'), content.publication.licence] satisfies [string, string]]),
  ]
  const warning = t(
    'SỐ LIỆU GIẢ LẬP – không phải số liệu thật, không dùng để báo cáo.',
    'MADE-UP DATA – for a demonstration only.',
  )
  return html`<header><div class="org">${area ? nameOf(area) : province}</div>
<h1>${t(`Báo cáo số kết nối IoT bình quân đầu người năm ${year}`, `Report on IoT connections per person, ${year}`)}</h1>
<div class="sub">${statusWords(headline, set.release, page)}</div>
${set.isSynthetic ? html`<p class="warn">${warning}</p>` : null}
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></header>`
}

function releaseWords(release: ReleaseRef | null, { t, lang }: Page): string {
  if (!release) return t('chưa phát hành', 'not released')
  const kind = KINDS[release.kind][lang]
  return `${release.id} (${kind}), ${instant(release.publishedAt)}${release.reason ? `: ${release.reason}` : ''}`
}

/** What concerns the whole figure; that it is missing or withheld is seen where it would stand. */
const SAID_IN_TITLE: ReadonlySet<string> = new Set(['B', 'E', 'U'])

function statusWords(figure: Figure | undefined, release: ReleaseRef | null, { t, nameOf }: Page): string {
  if (release?.isFinal) return t('Số liệu chính thức', 'Final figures')
  const status = OBS_STATUSES.find(({ id }) => id === figure?.obsStatus)
  if (!status || !SAID_IN_TITLE.has(status.id)) return t('Số liệu sơ bộ', 'Provisional figures')
  return t(
    `Số liệu sơ bộ; ${nameOf(status).toLowerCase()}`,
    `Provisional figures; ${nameOf(status).toLowerCase()}`,
  )
}

/** Local time, said to be so. */
const instant = (time: string): string => {
  const local = new Date(Date.parse(time) + 7 * 3_600_000).toISOString()
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 16)} (UTC+7)`
}

export function headline(page: Page): Html {
  const { content, t, lang } = page
  const of = (indicator: 'IOT_CONN_PC' | 'IOT_CONN' | 'POP' | 'M2M_SIM_P100' | 'M2M_SIM') =>
    page.figure(content.province, indicator)
  const big = (figure: Figure | undefined) =>
    figure?.value
      ? numeral(figure.value, lang)
      : html`${figure?.obsStatus === 'Q' ? t('bảo mật', 'withheld') : '–'}`
  const tiles: [Figure | undefined, string][] = [
    [of('IOT_CONN_PC'), t('kết nối IoT bình quân đầu người', 'IoT connections per person')],
    [
      of('IOT_CONN'),
      t(
        `kết nối IoT đang hoạt động; dân số ${populationWords(page)}`,
        `active IoT connections; population ${populationWords(page)}`,
      ),
    ],
    [
      of('M2M_SIM_P100'),
      t(
        'thuê bao M2M (SIM/eSIM) trên 100 dân, so sánh được với ITU, OECD',
        'M2M subscriptions per 100 inhabitants, comparable with ITU and OECD',
      ),
    ],
  ]
  return html`<section><h2>${t('Kết quả chính', 'Main results')}</h2>
<div class="kpis">${tiles.map(([figure, text]) => html`<div class="kpi"><b>${big(figure)}</b>${text}</div>`)}</div>
${summary(page)}${targets(page)}</section>`
}

function populationWords({ content, figure, lang, t }: Page): string {
  const population = figure(content.province, 'POP')
  if (!population?.value) return '–'
  const basis = population.popBasis === null ? '' : `, ${basisName(population.popBasis, lang)}`
  return `${localNumber(population.value, lang)} ${t('người', 'persons')}${basis} ${population.popYear ?? ''}`.trim()
}

const BASES: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  average: { vi: 'dân số trung bình', en: 'average of the year' },
  census: { vi: 'tổng điều tra', en: 'census' },
  registered: { vi: 'dân số đăng ký', en: 'registered' },
  'mid-year': { vi: 'dân số giữa năm', en: 'mid-year' },
  'end-year': { vi: 'dân số cuối năm', en: 'end of year' },
}

export const basisName = (basis: string, lang: 'vi' | 'en'): string => BASES[basis]?.[lang] ?? basis

function targets(page: Page): Html {
  const { content, t, lang } = page
  const dates = [...new Set(content.targets.map(({ by }) => by))].sort()
  const reference = page.figure(content.province, 'IOT_CONN_PC')?.referenceDate ?? `${content.year}-12-31`
  return html`<h3>${t('So với mục tiêu', 'Against the targets')}</h3>${dates.map((by) => {
    const arms = content.targets
      .filter((target) => target.by === by)
      .map((target) => ({ target, ...verdictOf(target, page) }))
    const isDue = by <= reference
    const whole = arms.some(({ isMet }) => isMet)
      ? true
      : arms.some(({ isMet }) => isMet === null)
        ? null
        : false
    const either =
      arms.length > 1
        ? html` (${t('đạt một trong hai vế là đạt', 'either arm is enough')}): <b>${tagOf(whole, isDue, page)}</b>`
        : null
    return html`<p class="small">${t('Đến ngày', 'By')} ${localDay(by, lang)}${either}</p>${arms.map(
      ({ target, isMet, words }) =>
        html`<div class="arm ${isMet === null ? 'open' : isMet ? 'met' : 'not'}"><p>“${target.source}”<br><span class="small">${words}</span></p><div class="tag">${tagOf(isMet, isDue, page)}</div></div>`,
    )}`
  })}${dates.length === 0 ? html`<p>${t('Chưa nhập mục tiêu.', 'No targets were entered.')}</p>` : null}`
}

function tagOf(isMet: boolean | null, isDue: boolean, { t }: Page): string {
  if (isMet === null) return t('CHƯA XÉT ĐƯỢC', 'CANNOT BE JUDGED')
  if (!isMet) return isDue ? t('KHÔNG ĐẠT', 'NOT MET') : t('CHƯA ĐẠT', 'NOT YET MET')
  return isDue ? t('ĐẠT', 'MET') : t('HIỆN ĐẠT', 'MET AT PRESENT')
}

const verdictOf = (target: TargetInput, page: Page): Verdict =>
  target.value === null ? upperAverage(page) : perPerson(target.value, page)

interface Verdict {
  readonly isMet: boolean | null
  readonly words: string
}

/** On integers: what prints as the target need not have reached it (docs/methodology.md §8). */
function perPerson(value: string, { content, figure, lang, t }: Page): Verdict {
  const { num = null, den = null } = figure(content.province, 'IOT_CONN_PC') ?? {}
  if (num === null || den === null || den === 0)
    return {
      isMet: null,
      words: t('Chưa có số kết nối hoặc dân số để xét.', 'There is no count or no population to judge by.'),
    }
  const missing = gap(num, den, value)
  const n = (count: number) => localNumber(String(count), lang)
  const needed = t(
    `Hiện có ${n(num)} kết nối trên ${n(den)} người.`,
    `${n(num)} connections for ${n(den)} persons.`,
  )
  return missing === 0
    ? { isMet: true, words: needed }
    : { isMet: false, words: `${needed} ${t(`Còn thiếu ${n(missing)} kết nối.`, `${n(missing)} missing.`)}` }
}

function upperAverage({ content: { standing }, lang, t }: Page): Verdict {
  if (!standing)
    return {
      isMet: null,
      words: t(
        'Chưa nhập số liệu của các địa phương khác và cả nước, nên chưa xếp hạng được.',
        'No figures of other localities and of the country were entered, so it cannot be ranked.',
      ),
    }
  const { place, average, isUpperHalf, isAboveAverage, sources } = standing
  const indicator = INDICATORS.find(({ id }) => id === standing.indicator)
  const parts = [
    place
      ? t(
          `Hạng ${place.rank}/${place.of} địa phương, nhóm “${place.group.vi}”`,
          `Rank ${place.rank} of ${place.of} localities, group “${place.group.en}”`,
        )
      : t('Chưa xếp hạng được', 'Not ranked'),
    average === null || isAboveAverage === null
      ? ''
      : t(
          `; ${isAboveAverage ? 'không thấp hơn' : 'thấp hơn'} mức cả nước ${localNumber(average, lang)}`,
          `; ${isAboveAverage ? 'not below' : 'below'} the country’s ${localNumber(average, lang)}`,
        ),
    t(
      `. Chỉ tiêu: ${indicator?.nameVi ?? standing.indicator}. Cách hiểu áp dụng: thuộc nửa trên của các địa phương. Nguồn: ${sources.join('; ')}.`,
      `. By: ${indicator?.nameEn ?? standing.indicator}. Reading taken: in the upper half of the localities. Sources: ${sources.join('; ')}.`,
    ),
  ]
  return { isMet: isUpperHalf, words: parts.join('') }
}
