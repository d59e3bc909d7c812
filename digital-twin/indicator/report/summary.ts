import type { AreaLabel } from '../figure.ts'
import { type Html, html } from './html.ts'
import { difference, localNumber } from './numbers.ts'
import type { Page } from './page.ts'

/** What somebody who reads one page should know. */
export const summary = (page: Page): Html =>
  html`<ul id="summary">${[whole(page), extremes(page), reached(page), bound(page)].filter((line) => line !== null).map((line) => html`<li>${line}</li>`)}</ul>`

function whole({ content, figure, before, lang, t }: Page): string | null {
  const [now, old] = [figure(content.province, 'IOT_CONN_PC'), before(content.province, 'IOT_CONN_PC')]
  if (!now?.value || now.num === null || now.den === null) return null
  const n = (count: number) => localNumber(String(count), lang)
  const level = localNumber(now.value, lang)
  const change =
    old?.value && old.geoVersion === now.geoVersion
      ? t(
          ` (${localNumber(difference(old.value, now.value), lang)} so với năm ${content.year - 1})`,
          ` (${localNumber(difference(old.value, now.value), lang)} since ${content.year - 1})`,
        )
      : ''
  return t(
    `Toàn tỉnh có ${n(now.num)} kết nối IoT đang hoạt động trên ${n(now.den)} dân, bình quân ${level} kết nối mỗi người${change}.`,
    `The province has ${n(now.num)} active IoT connections for ${n(now.den)} inhabitants, ${level} per person${change}.`,
  )
}

const SHOWN = 3

/** Areas at both ends, where there are enough for ends. */
function extremes({ localities, figure, nameOf, lang, t }: Page): string | null {
  const known = localities.filter(({ code }) => figure(code, 'IOT_CONN_PC')?.value)
  if (known.length < 2 * SHOWN) return null
  const named = (area: AreaLabel) =>
    `${nameOf(area)} (${localNumber(figure(area.code, 'IOT_CONN_PC')?.value ?? '', lang)})`
  const [high, low] = [known.slice(0, SHOWN).map(named), known.slice(-SHOWN).reverse().map(named)]
  const none = known.filter(({ code }) => figure(code, 'IOT_CONN_PC')?.num === 0).length
  const least =
    none >= SHOWN
      ? t(`${none} địa bàn chưa có kết nối nào.`, `${none} areas have no connection.`)
      : t(`Thấp nhất: ${low.join(', ')}.`, `Lowest: ${low.join(', ')}.`)
  return `${t('Cao nhất', 'Highest')}: ${high.join(', ')}. ${least}`
}

/** Judged on integers, like the targets. */
function reached({ localities, figure, t }: Page): string | null {
  const judged = localities.flatMap(({ code }) => {
    const { num = null, den = null } = figure(code, 'IOT_CONN_PC') ?? {}
    return num === null || den === null ? [] : [num >= den]
  })
  const met = judged.filter((isMet) => isMet).length
  return judged.length < 2
    ? null
    : t(
        `${met} trong ${judged.length} địa bàn có số công bố đạt từ 1 kết nối mỗi người trở lên.`,
        `${met} of the ${judged.length} areas with a published figure have one connection per person or more.`,
      )
}

const bound = ({ content, figure, t }: Page): string | null =>
  figure(content.province, 'IOT_CONN')?.coverage === 'PLATFORM'
    ? t(
        'Số liệu chỉ gồm thiết bị gửi số liệu qua nền tảng: là cận dưới của số thật.',
        'Only devices that report here are counted: a lower bound of what there is.',
      )
    : null
