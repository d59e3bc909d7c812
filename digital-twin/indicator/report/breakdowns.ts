import { ACCESSES, type AccessCode, CLASSES, DOMAINS, type DomainCode } from '../codes.ts'
import type { Figure } from '../figure.ts'
import { type Html, html } from './html.ts'
import { cell, localNumber } from './numbers.ts'
import type { Page } from './page.ts'

export function breakdowns(page: Page): Html {
  const { t } = page
  return html`<section><h2>${t('Theo lĩnh vực, công nghệ và loại kết nối (toàn tỉnh)', 'By domain, technology and class (province)')}</h2>
${domainTable(page)}${classTable(page)}${simTable(page)}${windowTable(page)}</section>`
}

function domainTable(page: Page): Html {
  const { content, t, nameOf } = page
  const used = new Set((content.detail?.figures ?? []).map(({ access }) => access))
  const accesses = ACCESSES.filter(({ id }) => id !== '_T' && (used.has(id) || inTotals(id, page)))
  const domains = DOMAINS.filter(
    ({ id }) => id !== '_T' && content.detail?.figures.some(({ domain }) => domain === id),
  )
  const name = t('Tổng số', 'Total')
  return html`<table id="t-domains" class="whole"><caption>${t('Bảng 2. Kết nối IoT đang hoạt động theo lĩnh vực và công nghệ truy nhập', 'Table 2. Active IoT connections by domain and access technology')}</caption>
<thead><tr><th>${t('Lĩnh vực', 'Domain')}</th>${accesses.map((access) => html`<th class="n">${nameOf(access)}</th>`)}<th class="n">${name}</th></tr></thead><tbody>
${domains.map((domain) => html`<tr><td>${nameOf(domain)}</td>${accesses.map((access) => connections(access.id, domain.id, page))}${connections('_T', domain.id, page)}</tr>`)}
<tr class="sum"><td>${name}</td>${accesses.map((access) => cell(page.figure(content.province, 'IOT_CONN', { access: access.id }), page.lang))}${cell(page.figure(content.province, 'IOT_CONN'), page.lang)}</tr></tbody></table>`
}

const inTotals = (access: AccessCode, { content, figure }: Page): boolean => {
  const total = figure(content.province, 'IOT_CONN', { access })
  return total !== undefined && total.value !== '0'
}

/** The cell of all classes, or else the sum of its classes, withheld if one of them is. */
function connections(access: AccessCode, domain: DomainCode, { content, detail, lang, t }: Page): Html {
  const whole = detail(content.province, 'IOT_CONN', { access, domain })
  if (whole) return cell(whole, lang)
  const parts = (content.detail?.figures ?? []).filter(
    (figure) =>
      figure.area === content.province &&
      figure.indicator === 'IOT_CONN' &&
      (access === '_T' ? figure.access !== '_T' : figure.access === access) &&
      figure.domain === domain &&
      figure.class !== 'GATEWAY' &&
      figure.class !== '_T',
  )
  if (parts.length === 0) return html`<td class="n m">–</td>`
  if (parts.some(({ value }) => value === null)) return html`<td class="n q">${t('bảo mật', 'withheld')}</td>`
  return html`<td class="n">${localNumber(String(sum(parts)), lang)}</td>`
}

const sum = (figures: readonly Figure[]): number =>
  figures.reduce((total, { value }) => total + Number(value), 0)

function classTable(page: Page): Html | null {
  const { content, t, nameOf, lang, detail } = page
  const rows = CLASSES.flatMap((kind) => {
    const found = kind.id === '_T' ? undefined : detail(content.province, 'IOT_CONN', { class: kind.id })
    return found ? [{ kind, found }] : []
  })
  if (rows.length === 0) return null
  return html`<table class="whole"><caption>${t('Kết nối theo loại; cổng kết nối không nằm trong tổng', 'Connections by class; gateways are no part of the total')}</caption>
<thead><tr><th>${t('Loại', 'Class')}</th><th class="n">${t('Kết nối', 'Connections')}</th></tr></thead><tbody>
${rows.map(({ kind, found }) => html`<tr><td>${nameOf(kind)}</td>${cell(found, lang)}</tr>`)}</tbody></table>`
}

function simTable({ content, t, lang, figure }: Page): Html {
  const of = (indicator: Figure['indicator']) => cell(figure(content.province, indicator), lang)
  return html`<table id="t-sims" class="whole"><caption>${t('Bảng 3. Thuê bao M2M: chỉ tiêu so sánh quốc tế (có cả SIM của cổng kết nối)', 'Table 3. M2M subscriptions: the count that compares between countries (SIMs of gateways included)')}</caption>
<thead><tr><th>${t('Chỉ tiêu', 'Indicator')}</th><th class="n">${t('Giá trị', 'Value')}</th></tr></thead><tbody>
<tr><td>${t('Thuê bao M2M (SIM/eSIM) đang hoạt động', 'Active M2M subscriptions (SIM/eSIM)')}</td>${of('M2M_SIM')}</tr>
<tr><td>${t('Dân số', 'Population')}</td>${of('POP')}</tr>
<tr><td>${t('Thuê bao M2M trên 100 dân', 'M2M subscriptions per 100 inhabitants')}</td>${of('M2M_SIM_P100')}</tr></tbody></table>`
}

/** How much the choice of 90 days matters. */
function windowTable(page: Page): Html | null {
  const { content, t, lang } = page
  if (content.sensitivity.length === 0) return null
  const sets = [...content.sensitivity, content.set].sort((a, b) => a.windowDays - b.windowDays)
  const registered = page.figure(content.province, 'IOT_REG')
  return html`<table class="whole"><caption>${t('Độ nhạy với cửa sổ hoạt động (cửa sổ khác tính lại từ những gì đã ghi nhận đến lúc đó, không thuộc số phát hành)', 'Sensitivity to the window of activity (others computed again from what was recorded by then, no part of the release)')}</caption>
<thead><tr><th>${t('Cửa sổ', 'Window')}</th><th class="n">${t('Kết nối', 'Connections')}</th><th class="n">${t('Bình quân đầu người', 'Per person')}</th></tr></thead><tbody>
${sets.map((set) => {
  const of = (indicator: Figure['indicator']) =>
    set.figures.find(
      (figure) =>
        figure.area === content.province &&
        figure.indicator === indicator &&
        figure.access === '_T' &&
        figure.domain === '_T' &&
        figure.class === '_T',
    )
  return html`<tr><td>${set.windowDays} ${t('ngày', 'days')}</td>${cell(of('IOT_CONN'), lang)}${cell(of('IOT_CONN_PC'), lang)}</tr>`
})}
<tr><td>${t('Đã đăng ký (không xét hoạt động)', 'Registered (active or not)')}</td>${cell(registered, lang)}<td class="n m">–</td></tr></tbody></table>`
}
