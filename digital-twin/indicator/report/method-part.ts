import { CONF_STATUSES, OBS_STATUSES } from '../codes.ts'
import { METHOD_SECTIONS, METHODS } from '../method.ts'
import { type Html, html } from './html.ts'
import { localDay, localNumber } from './numbers.ts'
import type { Page } from './page.ts'

export const methodPart = (page: Page): Html => html`${quality(page)}${method(page)}${verification(page)}`

/** What a reader must know before using the figures; each line from the figures themselves. */
function quality({ content, figure, t, lang, localities, nameOf }: Page): Html {
  const { province, set } = content
  const of = (area: string) => figure(area, 'IOT_CONN')
  const withheld = localities.filter(({ code }) => figure(code, 'IOT_CONN_PC')?.obsStatus === 'Q').length
  const missing = localities.filter(({ code }) => figure(code, 'IOT_CONN_PC')?.obsStatus === 'M').length
  const unknown = of(`${province}_U`)
  const n = (text: string) => localNumber(text, lang)
  const lines = [
    of(province)?.coverage === 'PLATFORM'
      ? t(
          'Phạm vi PLATFORM: chỉ gồm thiết bị gửi số liệu qua nền tảng, nên số thật của tỉnh không thấp hơn số này (cận dưới).',
          'Coverage PLATFORM: only devices that report here, so the province really has no fewer (a lower bound).',
        )
      : t(
          'Số liệu có dùng báo cáo của nhà mạng, đã loại phần trùng với nền tảng.',
          'Operators’ reports are included, without what is on the platform too.',
        ),
    unknown?.value && unknown.value !== '0' && of(province)?.value
      ? t(
          `${n(unknown.value)} kết nối không rõ địa bàn, vẫn nằm trong tổng ${n(of(province)?.value ?? '')} của tỉnh.`,
          `${n(unknown.value)} connections have no known area; they are in the province’s total of ${n(of(province)?.value ?? '')}.`,
        )
      : null,
    withheld > 0
      ? t(
          `${withheld} địa bàn không công bố để bảo mật; không suy ra được chúng từ tổng số.`,
          `${withheld} areas are withheld for confidentiality and do not follow from the totals.`,
        )
      : null,
    content.outageDays.length > 0
      ? t(
          `Trong cửa sổ có ${content.outageDays.length} ngày nền tảng không nhận được số liệu nào (${content.outageDays.map((day) => localDay(day, lang)).join(', ')}): số đang hoạt động có thể thấp hơn thực tế (mã U).`,
          `On ${content.outageDays.length} days of the window the platform heard nobody (${content.outageDays.map((day) => localDay(day, lang)).join(', ')}): the active count may be low (U).`,
        )
      : null,
    missing > 0
      ? t(
          `${missing} địa bàn chưa có dân số nên không có tỷ số.`,
          `${missing} areas have no population and so no ratio.`,
        )
      : null,
    t(
      'Số bình quân đầu người không so sánh được với số của ITU, OECD, GSMA; chỉ thuê bao M2M trên 100 dân so sánh được.',
      'Connections per person do not compare with ITU, OECD or GSMA; only M2M subscriptions per 100 inhabitants do.',
    ),
  ].filter((line) => line !== null)
  const statuses = new Set(set.figures.map(({ obsStatus }) => obsStatus))
  const confidences = new Set(set.figures.map(({ confStatus }) => confStatus))
  const key = [
    ...OBS_STATUSES.filter(({ id }) => statuses.has(id)),
    ...CONF_STATUSES.filter(({ id }) => id !== 'F' && confidences.has(id)),
  ]
  return html`<section><h2>${t('Phạm vi, giới hạn và chất lượng', 'Coverage, limits and quality')}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
<p class="small">${t('Mã trạng thái (SDMX):', 'Status codes (SDMX):')} ${key.map((code) => `${code.id} ${nameOf(code)}`).join('; ')}.</p></section>`
}

function method({ content, t, lang }: Page): Html {
  return html`<section><h2>${t(`Phương pháp, phiên bản ${content.set.methodVersion}`, `Method, version ${content.set.methodVersion}`)}</h2>
<p class="small">${t('Tóm tắt; bản đầy đủ: docs/methodology.md, cùng số mục.', 'In short; in full: docs/methodology.en.md, by the same section numbers.')}</p>
<ul id="method">${METHOD_SECTIONS.map(({ title, text }, at) => html`<li><b>§${at + 1} ${title[lang]}.</b> ${text[lang]}</li>`)}</ul>
<table><caption>${t('Lịch sử phương pháp', 'History of the method')}</caption><thead><tr><th>${t('Phiên bản', 'Version')}</th><th>${t('Áp dụng từ', 'From')}</th><th class="n">${t('Cửa sổ (ngày)', 'Window (days)')}</th><th class="n">k</th><th>${t('Thay đổi', 'Changes')}</th></tr></thead><tbody>
${METHODS.map((version) => html`<tr><td>${version.version}</td><td>${localDay(version.from, lang)}</td><td class="n">${version.windowDays}</td><td class="n">${version.k}</td><td>${version.changes[lang]}</td></tr>`)}</tbody></table></section>`
}

function verification({ content, t }: Page): Html {
  const { set, year, province } = content
  const { release } = set
  const query = `GET /api/v1/indicators/iot-per-capita?area=${province}&period=${year}`
  if (!release)
    return html`<section><h2>${t('Kiểm chứng', 'Verification')}</h2><p>${t('Báo cáo này chưa thuộc lần phát hành nào: số liệu có thể còn thay đổi. Tính lại đúng số này:', 'This report belongs to no release: its figures may still change. To compute them again:')}</p><p class="mono">${query}${set.asOf === null ? '' : `&inputsAsOf=${set.asOf}`}</p></section>`
  return html`<section><h2>${t('Kiểm chứng', 'Verification')}</h2>
<p>${t('Dữ liệu đầu vào của lần phát hành này được khoá bằng SHA-256:', 'The inputs of this release are frozen by SHA-256:')}</p><p class="mono" id="digest">${release.inputsSha256}</p>
<p>${t('Lấy lại nguyên văn từng số, và xem cách tính (docs/methodology.md §14):', 'To get every figure back to the last digit, and see how it was computed (docs/methodology.en.md §14):')}</p>
<p class="mono">${query}&asOf=${release.publishedAt}<br>GET /api/v1/indicators/explanation?area=${province}&period=${year}&asOf=${release.publishedAt}<br>GET /api/v1/releases/${release.id}</p></section>`
}
