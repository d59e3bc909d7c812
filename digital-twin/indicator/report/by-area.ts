import type { AreaLabel, Figure } from '../figure.ts'
import { basisName } from './headline.ts'
import { type Html, html } from './html.ts'
import { choropleth } from './map.ts'
import { cell, difference, localNumber } from './numbers.ts'
import type { Page } from './page.ts'
import { remarkWords } from './remark-words.ts'

export function byArea(page: Page): Html {
  const { content, t, lang, nameOf, figure, localities } = page
  const map = choropleth(
    content.shapes.map((shape) => {
      const at = localities.findIndex(({ code }) => code === shape.code)
      const area = localities[at]
      const label = area ? { number: at + 1, name: nameOf(area) } : null
      return { ...shape, label, figure: figure(shape.code, 'IOT_CONN_PC') }
    }),
    lang,
  )
  return html`<section><h2>${t('Theo địa bàn', 'By area')}</h2>
${map ? html`<figure><figcaption>${t('Bản đồ: kết nối IoT bình quân đầu người theo xã, phường (chia theo ngũ phân vị; số trên bản đồ là số thứ tự trong Bảng 1)', 'Map: IoT connections per person by commune (classes by quintiles; numbers as in Table 1)')}</figcaption>${map}</figure>` : null}
${areaTable(page)}${bases(page)}${remarks(page)}</section>`
}

function areaTable(page: Page): Html {
  const { content, t, localities, nameOf } = page
  const { province, set } = content
  const territories = set.areas.filter(({ level }) => level === 'territory')
  const unknown = set.areas.find(({ code }) => code === `${province}_U`)
  const total = set.areas.find(({ code }) => code === province)
  const head = [
    [t('TT', 'No.'), 'n'],
    [t('Địa bàn', 'Area'), ''],
    [t('Mã', 'Code'), 'c'],
    [t('Dân số', 'Population'), 'n'],
    [t('Kết nối', 'Connections'), 'n'],
    [t('Bình quân đầu người', 'Per person'), 'n'],
    [t('So với năm trước', 'Since last year'), 'n'],
    [t('Thuê bao M2M', 'M2M SIMs'), 'n'],
    [t('M2M trên 100 dân', 'M2M per 100'), 'n'],
    [t('Mã trạng thái', 'Status'), ''],
  ]
  return html`<table id="t-areas"><caption>${t('Bảng 1. Kết nối IoT theo địa bàn, xếp theo số bình quân đầu người', 'Table 1. IoT connections by area, ordered by connections per person')}</caption>
<thead><tr>${head.map(([name = '', kind = '']) => html`<th class="${kind}">${name}</th>`)}</tr></thead><tbody>
${localities.map((area, at) => areaRow(area, String(at + 1), '', page))}
${unknown ? areaRow(unknown, '', '', page) : null}
${total ? areaRow({ ...total, nameVi: `Toàn tỉnh (${nameOf(total)})`, nameEn: `Whole province (${nameOf(total)})` }, '', 'sum', page) : null}
${territories.map((area) => areaRow(area, '', '', page))}</tbody></table>`
}

function areaRow(area: AreaLabel, number: string, kind: string, page: Page): Html {
  const { lang, nameOf, figure } = page
  const of = (indicator: Figure['indicator']) => figure(area.code, indicator)
  const perPerson = of('IOT_CONN_PC')
  const status = perPerson
    ? `${perPerson.obsStatus}${perPerson.confStatus === 'F' ? '' : ` ${perPerson.confStatus}`}`
    : ''
  return html`<tr class="${kind}"><td class="n">${number}</td><td class="w">${nameOf(area)}</td><td class="c">${area.code}</td>
${cell(of('POP'), lang)}${cell(of('IOT_CONN'), lang)}${cell(perPerson, lang)}<td class="n">${changeOf(area, page)}</td>${cell(of('M2M_SIM'), lang)}${cell(of('M2M_SIM_P100'), lang)}<td>${status}</td></tr>`
}

function changeOf(area: AreaLabel, { before, figure, lang }: Page): string {
  const [old, now] = [before(area.code, 'IOT_CONN_PC'), figure(area.code, 'IOT_CONN_PC')]
  // The same code of another geography is another area.
  if (!old?.value || !now?.value || old.geoVersion !== now.geoVersion) return '–'
  return localNumber(difference(old.value, now.value), lang)
}

/** Whose population each area is divided by: its basis and year, beside the figures. */
function bases({ content, figure, lang, t }: Page): Html | null {
  const about = grouped(content.set.areas, ({ code }) => {
    const population = figure(code, 'POP')
    return population?.popBasis
      ? `${basisName(population.popBasis, lang)} ${population.popYear ?? ''}`.trim()
      : null
  })
  if (about.size === 0) return null
  const [only] = about.size === 1 ? about.keys() : []
  return html`<p class="small">${t('Dân số:', 'Population:')} ${only ?? [...about].map(([basis, codes]) => `${basis}: ${where(codes, t)}`).join('; ')}.</p>`
}

/** What figures say of themselves, each once, with the areas it is about. */
function remarks({ content, figure, lang, t }: Page): Html | null {
  const about = grouped(content.set.areas, ({ code }) => figure(code, 'IOT_CONN_PC')?.comment ?? null)
  return about.size === 0
    ? null
    : html`<p class="small">${t('Chú thích:', 'Remarks:')}</p><ul class="small">${[...about].map(([comment, codes]) => html`<li>${where(codes, t)}: ${remarkWords(comment, lang)}</li>`)}</ul>`
}

function grouped(areas: readonly AreaLabel[], wordsOf: (area: AreaLabel) => string | null) {
  const about = new Map<string, string[]>()
  for (const area of areas) {
    const words = wordsOf(area)
    if (words !== null) about.set(words, [...(about.get(words) ?? []), area.code])
  }
  return about
}

const where = (codes: readonly string[], t: Page['t']): string =>
  codes.length > 6 ? t(`${codes.length} địa bàn`, `${codes.length} areas`) : codes.join(', ')
