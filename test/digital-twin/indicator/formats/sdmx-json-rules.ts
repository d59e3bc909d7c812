import { Ajv } from 'ajv'

/** A reader of SDMX-JSON 2.0.0 of its own, and the rules that the specification (sdmx-twg/sdmx-json, tag v2.0.0: field guides
 *  and schemas of the data and structure messages) puts on the parts that we write, in our words. */

interface Value {
  readonly id: string
  readonly name: string
  readonly start?: string
}
interface Dimension {
  readonly id: string
  readonly keyPosition: number
  readonly values: readonly Value[]
}
interface Attribute {
  readonly id: string
  readonly relationship: object
  readonly default?: string
  readonly values?: readonly Value[]
}
type Said = string | number | null
type Observations = Readonly<Record<string, readonly Said[]>>

export interface DataMessage {
  readonly meta: { readonly id: string; readonly test: boolean; readonly sender: { readonly id: string } }
  readonly data: {
    readonly structures: readonly {
      readonly dimensions: Readonly<Record<'series' | 'observation', readonly Dimension[]>>
      readonly attributes: Readonly<Record<'dataSet' | 'series' | 'observation', readonly Attribute[]>>
      readonly measures: { readonly observation: readonly { readonly id: string }[] }
    }[]
    readonly dataSets: readonly {
      readonly action: string
      readonly links: readonly object[]
      readonly attributes?: readonly Said[]
      readonly series?: Readonly<
        Record<string, { readonly attributes: readonly Said[]; readonly observations: Observations }>
      >
      readonly observations?: Observations
    }[]
  }
}

const ID = '^[A-Za-z0-9_@$-]+$'
const TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$'
const names = {
  name: { type: 'string' },
  names: { type: 'object', required: ['vi', 'en'], additionalProperties: { type: 'string' } },
}
const links = {
  type: 'array',
  items: {
    type: 'object',
    required: ['rel', 'urn'],
    properties: {
      urn: { type: 'string', pattern: '^urn:sdmx:org\\.sdmx\\.infomodel\\.[a-z]+\\.[A-Za-z]+=\\S+$' },
    },
  },
}
const meta = {
  type: 'object',
  required: ['id', 'prepared', 'sender'],
  properties: {
    id: { type: 'string', pattern: ID },
    prepared: { type: 'string', pattern: TIME },
    test: { type: 'boolean' },
    contentLanguages: { type: 'array', items: { enum: ['vi', 'en'] } },
    sender: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: ID } } },
    ...names,
  },
}
const values = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: {
    type: 'object',
    required: ['id', 'name'],
    // An identifier with a name, or a value: never both.
    not: { required: ['value'] },
    properties: { id: { type: 'string', pattern: ID }, ...names, start: { type: 'string', pattern: TIME } },
  },
}
const component = (required: readonly string[], properties: object) => ({
  type: 'array',
  uniqueItems: true,
  items: {
    type: 'object',
    required: ['id', ...required],
    properties: {
      id: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
      values,
      ...names,
      ...properties,
    },
  },
})
const relationship = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    dimensions: { type: 'array', minItems: 1, items: { type: 'string' } },
    dataflow: { type: 'object', maxProperties: 0 },
    observation: { type: 'object', maxProperties: 0 },
  },
}
const levels = (of: readonly string[], items: object) => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(of.map((level) => [level, items])),
})
const said = { type: 'array', items: { type: ['integer', 'number', 'string', 'null'] } }
const observations = {
  type: 'object',
  additionalProperties: false,
  patternProperties: { '^[0-9]+(:[0-9]+)*$': { ...said, minItems: 2 } },
}

const dataSchema = {
  type: 'object',
  required: ['meta', 'data'],
  properties: {
    meta,
    data: {
      type: 'object',
      required: ['structures', 'dataSets'],
      properties: {
        structures: {
          type: 'array',
          items: {
            type: 'object',
            required: ['dimensions', 'measures', 'attributes', 'links'],
            properties: {
              dataSets: { type: 'array', minItems: 1, items: { type: 'integer' } },
              links,
              ...names,
              dimensions: levels(
                ['dataSet', 'series', 'observation'],
                component(['keyPosition', 'values'], {}),
              ),
              measures: levels(['observation'], component([], {})),
              attributes: levels(
                ['dataSet', 'dimensionGroup', 'series', 'observation'],
                component(['relationship'], { relationship, default: { type: 'string' } }),
              ),
            },
          },
        },
        dataSets: {
          type: 'array',
          items: {
            type: 'object',
            required: ['links', 'action'],
            additionalProperties: false,
            properties: {
              structure: { type: 'integer' },
              action: { enum: ['Information', 'Append', 'Replace', 'Delete'] },
              validFrom: { type: 'string', pattern: TIME },
              links,
              attributes: said,
              observations,
              series: {
                type: 'object',
                additionalProperties: false,
                patternProperties: {
                  '^[0-9]+(:[0-9]+)*$': {
                    type: 'object',
                    additionalProperties: false,
                    properties: { attributes: said, observations },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}

const artefact = (required: readonly string[], properties: object) => ({
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['id', 'agencyID', 'version', 'name', 'links', ...required],
    properties: {
      id: { type: 'string', pattern: ID },
      version: { const: '1.0.0' },
      isExternalReference: { const: false },
      links,
      ...names,
      ...properties,
    },
  },
})
const items = { type: 'array', minItems: 1, items: values.items }
const described = {
  type: 'object',
  required: ['id', 'conceptIdentity', 'localRepresentation'],
  properties: {
    conceptIdentity: {
      type: 'string',
      pattern: '^urn:sdmx:org\\.sdmx\\.infomodel\\.conceptscheme\\.Concept=',
    },
    localRepresentation: { type: 'object', minProperties: 1, maxProperties: 1 },
    attributeRelationship: relationship,
    usage: { enum: ['mandatory', 'optional'] },
  },
}
const structureSchema = {
  type: 'object',
  required: ['meta', 'data'],
  properties: {
    meta,
    data: {
      type: 'object',
      additionalProperties: false,
      properties: {
        dataflows: artefact([], { structure: { type: 'string', pattern: '^urn:sdmx:.*DataStructure=' } }),
        conceptSchemes: artefact([], { concepts: items }),
        codelists: artefact([], { codes: items }),
        dataStructures: artefact([], {
          dataStructureComponents: {
            type: 'object',
            required: ['dimensionList', 'measureList', 'attributeList'],
            properties: {
              dimensionList: {
                type: 'object',
                required: ['id', 'dimensions', 'timeDimension'],
                properties: {
                  id: { const: 'DimensionDescriptor' },
                  dimensions: { type: 'array', items: described },
                  timeDimension: described,
                },
              },
              measureList: {
                type: 'object',
                properties: {
                  id: { const: 'MeasureDescriptor' },
                  measures: { type: 'array', items: described },
                },
              },
              attributeList: {
                type: 'object',
                properties: {
                  id: { const: 'AttributeDescriptor' },
                  attributes: {
                    type: 'array',
                    items: { ...described, required: [...described.required, 'attributeRelationship'] },
                  },
                },
              },
            },
          },
        }),
      },
    },
  },
}

const ajv = new Ajv({ allErrors: true, strict: false })
const isDataMessage = ajv.compile(dataSchema)
const isStructureMessage = ajv.compile(structureSchema)

export function structureMessageFaults(message: object): string[] {
  isStructureMessage(message)
  return (isStructureMessage.errors ?? []).map(({ instancePath, message: why }) => `${instancePath}: ${why}`)
}

export function dataMessageFaults(message: DataMessage): string[] {
  if (!isDataMessage(message))
    return (isDataMessage.errors ?? []).map(({ instancePath, message: why }) => `${instancePath}: ${why}`)
  // What no schema can say: every index leads to a value, and the key positions are those of all dimensions.
  const [structure] = (message as DataMessage).data.structures
  const all = [...(structure?.dimensions.series ?? []), ...(structure?.dimensions.observation ?? [])]
  const positions = all.map(({ keyPosition }) => keyPosition).sort()
  const faults = positions.every((position, i) => position === i) ? [] : [`key positions ${positions}`]
  try {
    readBack(message)
  } catch (error) {
    faults.push(String(error))
  }
  return faults
}

interface ReadFigure {
  readonly dimensions: Readonly<Record<string, string>>
  readonly value: Said
  readonly attributes: Readonly<Record<string, Said>>
}

/** Every observation with its dimensions and all attributes that hold for it, as the field guide says to resolve them. */
export function readBack({ data }: DataMessage): ReadFigure[] {
  const [structure] = data.structures
  const [dataSet] = data.dataSets
  if (!structure || !dataSet) throw new Error('no data')
  const of = (attributes: readonly Attribute[], said: readonly Said[] = []) =>
    attributes.map((attribute, i): [string, Said] => {
      const value = i < said.length ? (said[i] ?? null) : (attribute.default ?? null)
      if (i >= said.length || value === null || attribute.values === undefined) return [attribute.id, value]
      return [attribute.id, valueAt(attribute.values, Number(value), attribute.id)]
    })
  const key = (dimensions: readonly Dimension[], text: string) => {
    const indexes = text.split(':').filter((index) => index !== '')
    if (indexes.length !== dimensions.length)
      throw new Error(`key ${text} of ${dimensions.length} dimensions`)
    return indexes.map((index, i): [string, string] => {
      const dimension = dimensions[i]
      return [dimension?.id ?? '', valueAt(dimension?.values ?? [], Number(index), dimension?.id ?? '')]
    })
  }
  const series = dataSet.series ?? { '': { attributes: [], observations: dataSet.observations ?? {} } }
  return Object.entries(series).flatMap(([outer, { attributes, observations }]) =>
    Object.entries(observations).map(([inner, [value = null, ...rest]]) => ({
      dimensions: Object.fromEntries([
        ...key(structure.dimensions.series, outer),
        ...key(structure.dimensions.observation, inner),
      ]),
      value,
      attributes: Object.fromEntries([
        ...of(structure.attributes.dataSet, dataSet.attributes),
        ...of(structure.attributes.series, attributes),
        ...of(structure.attributes.observation, rest),
      ]),
    })),
  )
}

function valueAt(values: readonly Value[], index: number, id: string): string {
  const value = values[index]
  if (!value) throw new Error(`${id} has no value ${index}`)
  return value.id
}
