import {
  ARTEFACT_TYPES,
  type Artefact,
  type ArtefactType,
} from '../../digital-twin/indicator/formats/sdmx-structure.ts'

/** What `references=` takes beside the types of artefacts. */
const WORDS = [
  'none',
  'parents',
  'parentsandsiblings',
  'ancestors',
  'children',
  'descendants',
  'all',
] as const
export const REFERENCES: readonly string[] = [...WORDS, ...ARTEFACT_TYPES]

/** The artefacts and those that they refer to or are referred to by, as SDMX REST says of `references` (doc/structures.md). */
export function withReferences(
  chosen: readonly Artefact[],
  all: readonly Artefact[],
  references: readonly string[],
): Artefact[] {
  const children = (of: readonly Artefact[]) => {
    const ids = new Set(of.flatMap(({ refers }) => refers))
    return all.filter(({ id }) => ids.has(id))
  }
  const parents = (of: readonly Artefact[]) => {
    const ids = new Set(of.map(({ id }) => id))
    return all.filter(({ refers }) => refers.some((id) => ids.has(id)))
  }
  const closure = (step: (of: readonly Artefact[]) => Artefact[]) => {
    const found = new Set(step(chosen))
    for (const one of found) for (const next of step([one])) found.add(next)
    return [...found]
  }
  const withSiblings = () => [...parents(chosen), ...children(parents(chosen))]
  const related = (word: string): readonly Artefact[] => {
    if (word === 'children') return children(chosen)
    if (word === 'descendants') return closure(children)
    if (word === 'parents') return parents(chosen)
    if (word === 'ancestors') return closure(parents)
    if (word === 'parentsandsiblings') return withSiblings()
    if (word === 'all') return [...withSiblings(), ...closure(children)]
    return [...closure(children), ...closure(parents)].filter(({ type }) => type === (word as ArtefactType))
  }
  const wanted = new Set([...chosen, ...references.filter((word) => word !== 'none').flatMap(related)])
  return all.filter((one) => wanted.has(one))
}
