import type { Figure } from '../figure.ts'

export type Cell = Pick<
  Figure,
  'area' | 'geoVersion' | 'indicator' | 'access' | 'domain' | 'class' | 'coverage'
>

/** Names a cell among the figures of one period. */
export const cellKey = (cell: Cell): string =>
  `${cell.area}|${cell.geoVersion}|${cell.indicator}|${cell.access}|${cell.domain}|${cell.class}|${cell.coverage}`

/** Nothing is published of it, so that nobody shows through. */
export const isWithheld = ({ confStatus }: Pick<Figure, 'confStatus'>): boolean => confStatus !== 'F'

/** All that is published of both is the same. */
export const isSameFigure = (a: Figure, b: Figure): boolean =>
  (Object.keys(b) as (keyof Figure)[]).every((member) => a[member] === b[member])
