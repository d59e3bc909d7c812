import { QUANTITIES } from '../../core/quantity.ts'
import { RELATION_KINDS } from '../../core/relation.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { attributeName, typeName } from './names.ts'

const CORE_CONTEXT = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld'
export const CONTEXT_PATH = '/ngsi-ld/v1/context.jsonld'
const OWN = 'urn:plumbline:vocabulary:'

/** The terms of our types and attributes, then the core context, which has the last word (5.5.7). */
export function contextDocument() {
  const types = [...MODELS.keys()].map(typeName)
  const names = [
    ...[...QUANTITIES.keys()].map(attributeName),
    ...[...MODELS.values()].flatMap(({ attributes = [] }) => attributes.map(({ id }) => attributeName(id))),
    ...['area', 'freshness', 'session', 'quality', 'device', 'label', 'unit', 'name'],
  ]
  const terms = Object.fromEntries([...types, ...names].map((term) => [term, `${OWN}${term}`]))
  const relations = Object.fromEntries(
    RELATION_KINDS.map(attributeName).map((term) => [term, { '@id': `${OWN}${term}`, '@type': '@id' }]),
  )
  return { '@context': [{ ...terms, ...relations }, CORE_CONTEXT] }
}

/** A name as it stands in a request: short, or in full as our context expands it. */
export const compacted = (name: string): string => (name.startsWith(OWN) ? name.slice(OWN.length) : name)
