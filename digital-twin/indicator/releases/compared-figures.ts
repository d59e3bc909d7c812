import type { Figure } from '../figure.ts'

/** Nothing is published of it, so that nobody shows through. */
export const isWithheld = ({ confStatus }: Pick<Figure, 'confStatus'>): boolean => confStatus !== 'F'

/** All that is published of both is the same. */
export const isSameFigure = (a: Figure, b: Figure): boolean =>
  (Object.keys(b) as (keyof Figure)[]).every((member) => a[member] === b[member])
