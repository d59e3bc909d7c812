import { AREA_LIST, CODE_LISTS, type CodeList } from './code-lists.ts'
import {
  ATTRIBUTES,
  type Attribute,
  type Component,
  DETAIL_DIMENSIONS,
  OBS_VALUE,
  TIME,
} from './components.ts'
import { artefact, DATAFLOWS, type Dataflow, STRUCTURE_VERSION } from './dataflows.ts'
import type { Lang, Names } from './names.ts'
import { messageMeta, named } from './sdmx-message.ts'

export type ArtefactType = 'dataflow' | 'datastructure' | 'conceptscheme' | 'codelist'

export interface Artefact extends Names {
  readonly type: ArtefactType
  readonly id: string
  /** Ids of the artefacts it refers to; no two artefacts here share one. */
  readonly refers: readonly string[]
  readonly content: object
}

interface Item extends Names {
  readonly id: string
  /** The code of the same list that it is part of; null or left out: none. */
  readonly parent?: string | null
}

const CLASSES: Readonly<Record<ArtefactType, { urn: string; member: string }>> = {
  dataflow: { urn: 'datastructure.Dataflow', member: 'dataflows' },
  datastructure: { urn: 'datastructure.DataStructure', member: 'dataStructures' },
  conceptscheme: { urn: 'conceptscheme.ConceptScheme', member: 'conceptSchemes' },
  codelist: { urn: 'codelist.Codelist', member: 'codelists' },
}
export const ARTEFACT_TYPES = Object.keys(CLASSES) as readonly ArtefactType[]

const CONCEPTS = 'CS_IOT'

const urnOf = (agency: string, type: ArtefactType, id: string) =>
  `urn:sdmx:org.sdmx.infomodel.${CLASSES[type].urn}=${artefact(agency, id)}`

/** All that describes the data: two flows, their structures, the concepts and the code lists; areas as the geography has
 *  them, without its versions, since one code is one place in them all. */
export function artefacts(agency: string, areas: readonly Item[], lang: Lang): Artefact[] {
  const areaCodes = [...new Map(areas.map((area) => [area.id, area])).values()]
  const listed = new Set(areaCodes.map(({ id }) => id))
  const lists = [
    ...CODE_LISTS,
    {
      ...AREA_LIST,
      codes: areaCodes.map((area) => ({
        ...area,
        parent: listed.has(area.parent ?? '') ? area.parent : null,
      })),
    },
  ]
  return [
    ...DATAFLOWS.map((flow) => dataflowArtefact(agency, flow)),
    ...DATAFLOWS.map((flow) => structureArtefact(agency, flow)),
    {
      type: 'conceptscheme',
      id: CONCEPTS,
      nameVi: 'Khái niệm của chỉ tiêu kết nối IoT',
      nameEn: 'Concepts of the IoT connection indicator',
      refers: [],
      content: { concepts: [...DETAIL_DIMENSIONS, OBS_VALUE, ...ATTRIBUTES].map((one) => item(one, lang)) },
    },
    ...lists.map((list) => listArtefact(list, lang)),
  ]
}

function dataflowArtefact(agency: string, flow: Dataflow): Artefact {
  const { id, nameVi, nameEn, structure } = flow
  const content = { structure: urnOf(agency, 'datastructure', structure) }
  return { type: 'dataflow', id, nameVi, nameEn, refers: [structure], content }
}

function structureArtefact(agency: string, flow: Dataflow): Artefact {
  const components = [...flow.dimensions, OBS_VALUE, ...ATTRIBUTES]
  const plain = flow.dimensions.filter(({ id }) => id !== TIME)
  const time = flow.dimensions.filter(({ id }) => id === TIME)
  const described = (component: Component) => describe(agency, component)
  return {
    type: 'datastructure',
    id: flow.structure,
    nameVi: `Cấu trúc dữ liệu: ${flow.nameVi}`,
    nameEn: `Data structure: ${flow.nameEn}`,
    refers: [CONCEPTS, ...new Set(components.flatMap(({ codeList }) => codeList ?? []))],
    content: {
      dataStructureComponents: {
        dimensionList: {
          id: 'DimensionDescriptor',
          dimensions: plain.map((one, position) => ({ ...described(one), position })),
          timeDimension: time.map(described)[0],
        },
        measureList: { id: 'MeasureDescriptor', measures: [described(OBS_VALUE)] },
        attributeList: {
          id: 'AttributeDescriptor',
          attributes: ATTRIBUTES.map((one) => ({
            ...described(one),
            usage: one.id === 'OBS_STATUS' ? 'mandatory' : 'optional',
            attributeRelationship: relationship(one),
          })),
        },
      },
    },
  }
}

const relationship = ({ dependsOn }: Attribute) =>
  typeof dependsOn === 'string' ? { [dependsOn]: {} } : { dimensions: dependsOn }

const describe = (agency: string, { id, codeList, dataType }: Component) => ({
  id,
  conceptIdentity: `urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=${artefact(agency, CONCEPTS)}.${id}`,
  localRepresentation:
    codeList === null ? { format: { dataType } } : { enumeration: urnOf(agency, 'codelist', codeList) },
})

const listArtefact = ({ id, nameVi, nameEn, codes }: CodeList, lang: Lang): Artefact => ({
  type: 'codelist',
  id,
  nameVi,
  nameEn,
  refers: [],
  content: { codes: codes.map((code) => item(code, lang)) },
})

const item = (one: Item, lang: Lang) => ({
  id: one.id,
  ...named(one, lang),
  ...(one.parent ? { parent: one.parent } : {}),
})

export interface StructureMessage {
  readonly agency: string
  readonly lang: Lang
  /** RFC 3339. */
  readonly prepared: string
  readonly isTest: boolean
  /** Names only. */
  readonly isStub: boolean
}

const STRUCTURE_SCHEMA =
  'https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json'

/** An SDMX-JSON 2.0.0 structure message of these artefacts (tag v2.0.0, structure-message field guide). */
export function sdmxStructure(chosen: readonly Artefact[], message: StructureMessage): string {
  const { agency, lang, isStub } = message
  const data: Record<string, object[]> = {}
  for (const one of chosen) {
    const { member } = CLASSES[one.type]
    data[member] ??= []
    data[member].push({
      id: one.id,
      agencyID: agency,
      version: STRUCTURE_VERSION,
      isExternalReference: false,
      ...named(one, lang),
      links: [{ rel: 'self', urn: urnOf(agency, one.type, one.id), type: one.type }],
      ...(isStub ? {} : one.content),
    })
  }
  const title = {
    nameVi: 'Cấu trúc của chỉ tiêu kết nối IoT',
    nameEn: 'Structure of the IoT connection indicator',
  }
  const id = `structure-${STRUCTURE_VERSION}`
  return JSON.stringify({
    meta: messageMeta({ ...message, agency, id, schema: STRUCTURE_SCHEMA, title, lang }),
    data,
  })
}
