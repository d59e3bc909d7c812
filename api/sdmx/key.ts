import { err, ok, type Result } from '../../core/result.ts'
import type { Figure, FigureSet } from '../../digital-twin/indicator/figure.ts'
import { AREA_LIST, CODE_LISTS } from '../../digital-twin/indicator/formats/code-lists.ts'
import { type Component, TIME } from '../../digital-twin/indicator/formats/components.ts'
import type { Dataflow } from '../../digital-twin/indicator/formats/dataflows.ts'

/** For each dimension but the time, the codes that may stand there; null: any. */
type Pattern = ReadonlyMap<Component, ReadonlySet<string> | null>
export type Key = readonly Pattern[]

const KEYS_MAX = 500

/** Reads a key of SDMX REST: codes in the order of the dimensions with dots between, `*` or nothing for any, `+` between codes
 *  of one dimension (as 2.1 has it), `,` between whole keys (as 3.0 has it); what is left out at the end is any. */
export function parseKey(text: string, flow: Dataflow): Result<Key, string> {
  const dimensions = flow.dimensions.filter(({ id }) => id !== TIME)
  const keys = text === '' || text === 'all' ? ['*'] : text.split(',')
  if (keys.length > KEYS_MAX) return err(`takes at most ${KEYS_MAX} keys`)
  const patterns: Pattern[] = []
  for (const key of keys) {
    const parts = key.split('.')
    if (parts.length > dimensions.length)
      return err(`"${key}" has ${parts.length} parts; takes ${dimensions.map(({ id }) => id).join('.')}`)
    const pattern = new Map<Component, ReadonlySet<string> | null>()
    for (const [i, dimension] of dimensions.entries()) {
      const codes = (parts[i] ?? '').split('+').filter((code) => code !== '')
      const unknown = codes.find((code) => code !== '*' && !isCode(dimension, code))
      if (unknown !== undefined) return err(unknownCode(dimension, unknown))
      pattern.set(dimension, codes.length === 0 || codes.includes('*') ? null : new Set(codes))
    }
    patterns.push(pattern)
  }
  return ok(patterns)
}

const listOf = ({ codeList }: Component) => CODE_LISTS.find(({ id }) => id === codeList)?.codes

/** Areas are data: one that is not known has no figures, and that is no fault of the request. */
export const isCode = (component: Component, code: string): boolean =>
  component.codeList === AREA_LIST.id || (listOf(component)?.some(({ id }) => id === code) ?? true)

export const unknownCode = (component: Component, code: string): string =>
  `${component.id} has no code "${code}"; takes ${listOf(component)
    ?.map(({ id }) => id)
    .join(', ')}`

export const matchesKey = (key: Key, figure: Figure, set: FigureSet): boolean =>
  key.some((pattern) =>
    [...pattern].every(([dimension, codes]) => codes?.has(String(dimension.of(figure, set))) ?? true),
  )

/** The codes that the whole key lets stand in a dimension; null: any. */
export function codesIn(key: Key, dimensionId: string): readonly string[] | null {
  const sets = key.map((pattern) => [...pattern].find(([{ id }]) => id === dimensionId)?.[1] ?? null)
  return sets.includes(null) ? null : [...new Set(sets.flatMap((codes) => [...(codes ?? [])]))]
}
