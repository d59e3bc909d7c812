import type { AccessCode, ClassCode, DomainCode, IndicatorId } from '../codes.ts'
import type { AreaLabel, Figure, FigureSet } from '../figure.ts'
import type { Lang, ReportContent } from './content.ts'

type Cells = (
  area: string,
  indicator: IndicatorId,
  cell?: { access?: AccessCode; domain?: DomainCode; class?: ClassCode },
) => Figure | undefined

/** What every part of the report is written with. */
export interface Page {
  readonly content: ReportContent
  readonly lang: Lang
  readonly t: (vi: string, en: string) => string
  readonly nameOf: (area: Pick<AreaLabel, 'nameVi' | 'nameEn'>) => string
  readonly figure: Cells
  readonly before: Cells
  readonly detail: Cells
  /** Of the lowest level, by connections per person; what has none last, by code. */
  readonly localities: readonly AreaLabel[]
}

export function pageOf(content: ReportContent, lang: Lang): Page {
  const figure = cellsOf(content.set)
  return {
    content,
    lang,
    t: (vi, en) => (lang === 'vi' ? vi : en),
    nameOf: ({ nameVi, nameEn }) => (lang === 'vi' ? nameVi : nameEn),
    figure,
    before: cellsOf(content.previous),
    detail: cellsOf(content.detail),
    localities: inRank(content.set.areas, figure),
  }
}

function cellsOf(set: FigureSet | null): Cells {
  const keyOf = (area: string, indicator: string, access: string, domain: string, kind: string) =>
    [area, indicator, access, domain, kind].join(' ')
  const cells = new Map(
    (set?.figures ?? []).map((figure) => [
      keyOf(figure.area, figure.indicator, figure.access, figure.domain, figure.class),
      figure,
    ]),
  )
  return (area, indicator, { access = '_T', domain = '_T', class: kind = '_T' } = {}) =>
    cells.get(keyOf(area, indicator, access, domain, kind))
}

function inRank(areas: readonly AreaLabel[], figure: Cells): AreaLabel[] {
  const level = areas.some((area) => area.level === 'commune') ? 'commune' : 'district'
  const value = ({ code }: AreaLabel) => Number(figure(code, 'IOT_CONN_PC')?.value ?? -1)
  return areas
    .filter((area) => area.level === level)
    .sort((a, b) => value(b) - value(a) || (a.code < b.code ? -1 : 1))
}
