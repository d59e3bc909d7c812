import type { Figure, FigureSet } from '../figure.ts'
import { AREA_LIST, CODE_LISTS, type CodeList, type ListedCode } from './code-lists.ts'
import { ATTRIBUTES, type Attribute, type Component, DETAIL_DIMENSIONS, DIMENSIONS } from './components.ts'
import { areasByCode, type Names } from './names.ts'

export interface Dataflow extends Names {
  readonly id: 'DF_IOT' | 'DF_IOT_DETAIL'
  readonly structure: 'DSD_IOT' | 'DSD_IOT_DETAIL'
  readonly isDetail: boolean
  readonly dimensions: readonly Component[]
  /** Printed in a table of the flow unless others are asked for; a message without columns carries them all. */
  readonly tableAttributes: readonly Attribute[]
}

const TABLE = ['UNIT_MEASURE', 'DECIMALS', 'OBS_STATUS', 'CONF_STATUS']

/** A flow has every dimension of its structure, so the one with domain and class has a structure of its own. */
export const DATAFLOWS: readonly Dataflow[] = [
  {
    id: 'DF_IOT',
    structure: 'DSD_IOT',
    isDetail: false,
    nameVi: 'Kết nối IoT bình quân đầu người',
    nameEn: 'IoT connections per person',
    dimensions: DIMENSIONS,
    tableAttributes: ATTRIBUTES.filter(({ id }) => TABLE.includes(id)),
  },
  {
    id: 'DF_IOT_DETAIL',
    structure: 'DSD_IOT_DETAIL',
    isDetail: true,
    nameVi: 'Kết nối IoT theo lĩnh vực và loại kết nối',
    nameEn: 'IoT connections by domain and class',
    dimensions: DETAIL_DIMENSIONS,
    tableAttributes: ATTRIBUTES,
  },
]

export const dataflow = (id: Dataflow['id']): Dataflow => {
  const flow = DATAFLOWS.find((one) => one.id === id)
  if (!flow) throw new RangeError(`no dataflow ${id}`)
  return flow
}

export const STRUCTURE_VERSION = '1.0.0'

/** Identification of an artefact: `VN66:DF_IOT(1.0.0)`. */
export const artefact = (agency: string, id: string): string => `${agency}:${id}(${STRUCTURE_VERSION})`

export const dataflowUrn = (agency: string, flow: Dataflow): string =>
  `urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=${artefact(agency, flow.id)}`
export const structureUrn = (agency: string, flow: Dataflow): string =>
  `urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=${artefact(agency, flow.structure)}`

/** The plain flow has no dimensions to tell domains and classes apart: of them it has the totals. */
export const figuresOf = (set: FigureSet, flow: Dataflow): readonly Figure[] =>
  flow.isDetail
    ? set.figures
    : set.figures.filter((figure) => figure.domain === '_T' && figure.class === '_T')

/** The codes of the lists as the set has them, areas included, by list and code. */
export function codesOf(set: FigureSet): (list: string, code: string) => ListedCode {
  const lists = new Map<string, ReadonlyMap<string, ListedCode>>(
    CODE_LISTS.map(({ id, codes }: CodeList) => [id, new Map(codes.map((code) => [code.id, code]))]),
  )
  lists.set(
    AREA_LIST.id,
    new Map([...areasByCode(set).values()].map((area) => [area.code, { ...area, id: area.code }])),
  )
  return (list, code) => lists.get(list)?.get(code) ?? { id: code, nameVi: code, nameEn: code }
}
