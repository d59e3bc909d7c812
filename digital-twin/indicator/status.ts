import type { ObsStatus } from './codes.ts'

/** What is said of an observation where several things hold: the graver first. One code has room; the others go into the comment
 *  (docs/methodology.md §9, after SDMX CL_OBS_STATUS). */
const GRAVEST_FIRST: readonly ObsStatus[] = ['M', 'Q', 'B', 'P', 'E', 'U', 'A']

export function oneStatus(all: readonly ObsStatus[]): {
  readonly status: ObsStatus
  readonly rest: ObsStatus[]
} {
  const [status = 'A', ...rest] = GRAVEST_FIRST.filter((code) => all.includes(code))
  // A value that cannot be, or is withheld, is neither provisional nor normal.
  const isSaid = (code: ObsStatus) => code !== 'A' && !(code === 'P' && (status === 'M' || status === 'Q'))
  return { status, rest: rest.filter(isSaid) }
}

/** With what the words on a break begin, in a comment. */
export const BREAK = 'break: '

/** Whether a figure is the first of a new series: a graver status may have taken the place of B, and the comment tells. */
export const beginsSeries = (figure: {
  readonly status: string
  readonly comment?: string | null
}): boolean =>
  figure.status === 'B' || (figure.comment ?? '').split('; ').some((words) => words.startsWith(BREAK))
