import { ACCESSES, COVERAGES, INDICATORS, type IndicatorId, RULES, type RuleId } from '../codes.ts'
import type { FigureSet } from '../figure.ts'
import type { PopulationInput } from '../inputs.ts'
import { basisName } from './headline.ts'
import { type Html, html } from './html.ts'
import { cell, localDay, localNumber } from './numbers.ts'
import type { Page } from './page.ts'

export function inputs(page: Page): Html {
  const { t } = page
  return html`<section><h2>${t('Từ sổ thiết bị đến số công bố', 'From the register to the figure')}</h2>
${reconciliation(page)}<h2>${t('Nguồn số liệu', 'Sources')}</h2>${populationTable(page)}${operatorTable(page)}</section>`
}

const REMOVED: readonly RuleId[] = ['TEST', 'RETIRED', 'GATEWAY', 'SAME_DEVICE']
const SILENT: readonly RuleId[] = ['NEVER_HEARD', 'INACTIVE']

/** Every device of the register in exactly one line (docs/methodology.md §5). */
function reconciliation(page: Page): Html {
  const { content, t, lang, nameOf, figure } = page
  const step = (rule: RuleId) => content.rules.find((found) => found.rule === rule)
  const count = (devices: number | null | undefined) =>
    devices === null
      ? html`<td class="n q">${t('bảo mật', 'withheld')}</td>`
      : html`<td class="n">${devices === undefined ? '–' : localNumber(String(devices), lang)}</td>`
  const line = (rule: RuleId) => {
    const words = RULES.find(({ id }) => id === rule)
    return html`<tr class="part"><td>${rule}</td><td>− ${words ? nameOf(words) : ''}</td>${count(step(rule)?.devices)}</tr>`
  }
  const devices = content.rules.map((found) => found.devices)
  const whole = devices.some((found) => found === null)
    ? null
    : devices.reduce<number>((total, found) => total + (found ?? 0), 0)
  return html`<table id="t-rules" class="whole"><caption>${t('Bảng 4. Đối chiếu: đã đăng ký và đang hoạt động, theo quy tắc loại trừ (toàn tỉnh)', 'Table 4. Reconciliation: registered and active, by rule (province)')}</caption>
<thead><tr><th>${t('Quy tắc', 'Rule')}</th><th>${t('Nội dung', 'What it is')}</th><th class="n">${t('Thiết bị', 'Devices')}</th></tr></thead><tbody>
<tr class="sum"><td></td><td>${t('Thiết bị trong sổ, đưa vào sử dụng đến ngày tham chiếu', 'Devices on record, in service by the reference date')}</td>${count(whole)}</tr>
${REMOVED.map(line)}
<tr class="sum"><td>IOT_REG</td><td>= ${t('Kết nối IoT đã đăng ký', 'Registered IoT connections')}</td>${cell(figure(content.province, 'IOT_REG'), lang)}</tr>
${SILENT.map(line)}
<tr class="sum"><td>IOT_CONN</td><td>= ${t('Kết nối IoT đang hoạt động', 'Active IoT connections')}</td>${cell(figure(content.province, 'IOT_CONN'), lang)}</tr></tbody></table>`
}

function populationTable({ content, t, lang }: Page): Html {
  const groups = new Map<string, PopulationInput[]>()
  for (const row of content.populations) {
    const key = JSON.stringify([row.source, row.basis, row.year, row.publishedOn, row.isEstimated])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const kind = ({ isEstimated, isSynthetic }: PopulationInput) =>
    [
      isEstimated ? t('ước tính (chuyển đổi địa bàn)', 'estimated (by crosswalk)') : '',
      isSynthetic ? t('giả lập', 'made up') : '',
    ]
      .filter((text) => text !== '')
      .join('; ')
  const rows = [...groups.values()].flatMap((group) => (group[0] ? [{ first: group[0], group }] : []))
  return html`<table id="t-populations"><caption>${t('Bảng 5. Dân số dùng làm mẫu số', 'Table 5. Populations used as denominator')}</caption>
<thead><tr><th>${t('Nguồn', 'Source')}</th><th>${t('Loại dân số', 'Basis')}</th><th class="n">${t('Năm', 'Year')}</th><th>${t('Công bố', 'Published')}</th><th>${t('Địa bàn', 'Areas')}</th><th>${t('Ghi chú', 'Note')}</th></tr></thead><tbody>
${rows.map(({ first, group }) => html`<tr><td class="w">${first.source}</td><td>${basisName(first.basis, lang)}</td><td class="n">${first.year}</td><td>${first.publishedOn === null ? '–' : localDay(first.publishedOn, lang)}</td><td>${group.length > 4 ? t(`${group.length} địa bàn`, `${group.length} areas`) : group.map(({ area, value }) => `${area}: ${localNumber(String(value), lang)}`).join('; ')}</td><td>${kind(first)}</td></tr>`)}
${rows.length === 0 ? html`<tr><td colspan="6">${t('Chưa nhập dân số: không có tỷ số.', 'No population was entered: there are no ratios.')}</td></tr>` : null}</tbody></table>`
}

const BESIDE = ['M2M_SIM', 'M2M_SIM_P100', 'IOT_CONN', 'IOT_CONN_PC'] as const

/** The platform, operators and both, in columns that are never added up (docs/methodology.md §5). */
function coverageTable({ content, t, lang, nameOf }: Page): Html {
  const sets = [content.set, ...content.beside]
  const of = (set: FigureSet, indicator: IndicatorId) =>
    set.figures.find(
      (figure) =>
        figure.area === content.province &&
        figure.indicator === indicator &&
        [figure.access, figure.domain, figure.class].every((code) => code === '_T'),
    )
  const coverages = sets.map((set) => COVERAGES.find(({ id }) => id === of(set, 'M2M_SIM')?.coverage))
  return html`<table id="t-coverage" class="whole"><caption>${t('Bảng 6. Nền tảng, nhà mạng và kết hợp đã loại trùng (toàn tỉnh)', 'Table 6. Platform, operators, and both without double count (province)')}</caption>
<thead><tr><th>${t('Chỉ tiêu', 'Indicator')}</th>${coverages.map((coverage) => html`<th class="n">${coverage ? `${coverage.id}: ${nameOf(coverage)}` : '–'}</th>`)}</tr></thead><tbody>
${BESIDE.map((indicator) => {
  const words = INDICATORS.find(({ id }) => id === indicator)
  return html`<tr><td>${words ? nameOf(words) : indicator}</td>${sets.map((set) => cell(of(set, indicator), lang))}</tr>`
})}</tbody></table>`
}

function operatorTable(page: Page): Html {
  const { content, t, nameOf } = page
  const match = { digest: 'R-SIM', declared: 'R-DECLARED' } as const
  if (content.reports.length === 0)
    return html`<p id="t-reports">${t('Chưa có báo cáo của nhà mạng cho kỳ này: số liệu chỉ gồm thiết bị thấy trên nền tảng và là cận dưới.', 'No operator has reported for this period: figures cover only devices seen by the platform and are a lower bound.')}</p>`
  return html`${coverageTable(page)}<table id="t-reports"><caption>${t('Báo cáo thuê bao M2M của nhà mạng đã nhận', 'Operators’ reports of M2M subscriptions that were received')}</caption>
<thead><tr><th>${t('Nhà mạng', 'Operator')}</th><th>${t('Địa bàn', 'Area')}</th><th>${t('Kỳ', 'Period')}</th><th>${t('Công nghệ', 'Technology')}</th><th>${t('Phần trùng biết nhờ', 'Overlap known by')}</th><th>${t('Nguồn', 'Source')}</th></tr></thead><tbody>
${content.reports.map((report) => {
  const access = ACCESSES.find(({ id }) => id === report.access)
  return html`<tr><td class="w">${report.operator}</td><td class="c">${report.area}</td><td class="c">${report.period}</td><td>${access ? nameOf(access) : report.access}</td><td class="c">${report.matchedBy === null ? t('không rõ: không cộng', 'unknown: not added') : match[report.matchedBy]}</td><td class="w">${report.source}</td></tr>`
})}</tbody></table>`
}
