import type { AreaLabel, FigureSet } from '../figure.ts'

export type Lang = 'vi' | 'en'

export interface Names {
  readonly nameVi: string
  readonly nameEn: string
}

export const nameIn = ({ nameVi, nameEn }: Names, lang: Lang): string => (lang === 'vi' ? nameVi : nameEn)

export const SYNTHETIC: Names = {
  nameVi: 'SỐ LIỆU GIẢ LẬP, chỉ để trình diễn',
  nameEn: 'SYNTHETIC DATA, for demonstration only',
}

/** Labels of areas by their code. A code that stands in two geographies has one name for outputs that know no geography: the
 *  first given. */
export function areasByCode(set: FigureSet): ReadonlyMap<string, AreaLabel> {
  const labels = new Map<string, AreaLabel>()
  for (const area of set.areas) if (!labels.has(area.code)) labels.set(area.code, area)
  return labels
}

/** The name of a download: `iot-per-capita_2025_66_V2.csv`. Parts that are null are left out. */
export const fileName = (parts: readonly (string | null)[], extension: string): string =>
  `${['iot-per-capita', ...parts]
    .filter((part) => part !== null && part !== '')
    .map((part) => String(part).replaceAll(/[^A-Za-z0-9.-]+/g, '-'))
    .join('_')}.${extension}`
