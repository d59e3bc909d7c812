import { INDICATORS } from '../codes.ts'
import { trendChart } from './chart.ts'
import type { ReportTrend } from './content.ts'
import { type Html, html } from './html.ts'
import { cell, difference, localNumber } from './numbers.ts'
import type { Page } from './page.ts'

const COMPARED = ['IOT_CONN', 'IOT_REG', 'M2M_SIM', 'POP', 'IOT_CONN_PC', 'M2M_SIM_P100'] as const

export function changes(page: Page): Html {
  const { content, t } = page
  return html`<section><h2>${t('Thay đổi so với năm trước', 'Changes since last year')}</h2>
${content.previous ? yearTable(page) : html`<p>${t(`Chưa có số liệu của năm ${content.year - 1} để so sánh.`, `There are no figures of ${content.year - 1} to compare with.`)}</p>`}
${revisionTable(page)}
<h2>${t('Xu hướng', 'Trend')}</h2>${content.trend ? trend(content.trend, page) : html`<p>${t('Chưa đủ số liệu để ước lượng xu hướng.', 'There are too few figures for a trend.')}</p>`}</section>`
}

function yearTable(page: Page): Html {
  const { content, t, lang, nameOf, figure, before } = page
  const areas = content.set.areas.filter(
    ({ code, level }) => code === content.province || level === 'territory',
  )
  const compared = areas.flatMap((area) =>
    COMPARED.map((indicator) => {
      const now = figure(area.code, indicator)
      const old = before(area.code, indicator) ?? before(formerCode(area.code), indicator)
      const isSame = old?.geoVersion === now?.geoVersion || area.level === 'territory'
      return { area, indicator, old, now, isSame }
    }),
  )
  const rows = compared.filter(({ old, now }) => old && now)
  const isBroken = rows.some(({ isSame }) => !isSame)
  const warning = t(
    'Địa giới thay đổi giữa hai năm (gián đoạn chuỗi, mã B): số của cùng một mã không cùng một lãnh thổ; chỉ các dòng của địa bàn trước sáp nhập (66_PRE202507 so với tỉnh 66 cũ) là so sánh được.',
    'Boundaries changed between the two years (a break, B): one code is not one territory; only the territories of before the merger compare (66_PRE202507 with the former 66).',
  )
  const year = content.year
  return html`<table id="t-changes" class="whole"><caption>${t(`Bảng 7. Năm ${year} so với năm ${year - 1}${content.set.release ? ' (theo lần phát hành gần nhất của mỗi năm)' : ''}`, `Table 7. ${year} beside ${year - 1}${content.set.release ? ' (by the newest release of each)' : ''}`)}</caption>
<thead><tr><th>${t('Địa bàn', 'Area')}</th><th>${t('Chỉ tiêu', 'Indicator')}</th><th class="n">${year - 1}</th><th class="n">${year}</th><th class="n">${t('Thay đổi', 'Change')}</th></tr></thead><tbody>
${rows.map(({ area, indicator, old, now, isSame }) => {
  const words = INDICATORS.find(({ id }) => id === indicator)
  const change =
    old?.value && now?.value && isSame ? localNumber(difference(old.value, now.value), lang) : '–'
  return html`<tr><td>${nameOf(area)}</td><td>${words ? nameOf(words) : indicator}</td>${cell(old, lang)}${cell(now, lang)}<td class="n">${change}</td></tr>`
})}</tbody></table>${isBroken ? html`<p class="small">${warning}</p>` : null}`
}

/** `66_PRE202507` goes on what was `66` before the change. */
const formerCode = (code: string): string => code.split('_PRE')[0] ?? code

function revisionTable({ content, t, lang, nameOf }: Page): Html {
  const title = t(
    'Điều chỉnh số đã công bố, và lý do',
    'Revisions of figures published before, and their reasons',
  )
  if (content.revisions.length === 0)
    return html`<h3>${title}</h3><p>${content.set.release === null ? t('Báo cáo này chưa phát hành, nên chưa điều chỉnh số nào.', 'This report is not released, so it revises nothing.') : t('Lần phát hành này không điều chỉnh số nào đã công bố.', 'This release revises no figure published before.')}</p>`
  const shown = (value: string | null) =>
    html`<td class="n">${value === null ? '–' : localNumber(value, lang)}</td>`
  return html`<table id="t-revisions"><caption>${title}</caption>
<thead><tr><th>${t('Địa bàn', 'Area')}</th><th>${t('Chỉ tiêu', 'Indicator')}</th><th>${t('Kỳ', 'Period')}</th><th class="n">${t('Đã công bố', 'Before')}</th><th class="n">${t('Điều chỉnh', 'Now')}</th><th>${t('Lần phát hành', 'Release')}</th><th>${t('Lý do', 'Reason')}</th></tr></thead><tbody>
${content.revisions.map((row) => {
  const area = content.set.areas.find(({ code }) => code === row.area)
  const indicator = INDICATORS.find(({ id }) => id === row.indicator)
  return html`<tr><td>${area ? nameOf(area) : row.area}</td><td>${indicator ? nameOf(indicator) : row.indicator}</td><td class="c">${row.period}</td>${shown(row.before)}${shown(row.after)}<td class="w">${row.release}</td><td class="w">${row.reasons.map((reason) => reason[lang]).join('; ')}</td></tr>`
})}</tbody></table>`
}

function trend(found: ReportTrend, { t, lang }: Page): Html {
  const chart = trendChart(found, lang)
  return html`${chart ? html`<figure><figcaption>${t('Kết nối IoT bình quân đầu người, toàn tỉnh: đường liền là số công bố, đường chấm là xu hướng', 'IoT connections per person, province: solid as published, dotted the trend')}</figcaption>${chart}</figure>` : null}
<ul id="trend">${found.results.map(({ words }) => html`<li>${words[lang]}</li>`)}</ul>
<p class="small">${t('Xu hướng là đường thẳng bình phương nhỏ nhất qua các kỳ đã có, giả định mọi thứ tiếp diễn như cũ; không phải dự báo chính thức.', 'The trend is a least-squares line through the periods there are and supposes that all goes on as before; it is no official forecast.')}</p>`
}
