import type { Figure } from './figure.ts'

export type FigureName = Pick<
  Figure,
  'area' | 'geoVersion' | 'indicator' | 'access' | 'domain' | 'class' | 'coverage'
>

/** What tells one figure of a period from the others. */
export const figureKey = (figure: FigureName): string =>
  `${figure.area}|${figure.geoVersion}|${figure.indicator}|${figure.access}|${figure.domain}|${figure.class}|${figure.coverage}`
