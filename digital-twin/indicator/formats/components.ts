import type { Figure, FigureSet } from '../figure.ts'
import { popBasisCode, unitOf } from './code-lists.ts'
import type { Names } from './names.ts'

/** A dimension, the measure or an attribute: what a column of SDMX is. */
export interface Component extends Names {
  readonly id: string
  /** Null: not coded. */
  readonly codeList: string | null
  readonly dataType: 'String' | 'Integer' | 'Decimal' | 'GregorianDay' | 'ObservationalTimePeriod'
  readonly of: (figure: Figure, set: FigureSet) => string | number | null
}

export interface Attribute extends Component {
  /** The dimensions its value depends on: all of them, none, or those named. */
  readonly dependsOn: 'observation' | 'dataflow' | readonly string[]
  /** What holds where a message says nothing. */
  readonly fallback?: string
}

export const TIME = 'TIME_PERIOD'

const FREQ: Component = {
  id: 'FREQ',
  nameVi: 'Tần suất',
  nameEn: 'Frequency',
  codeList: 'CL_FREQ',
  dataType: 'String',
  of: ({ freq }) => freq,
}
const REF_AREA: Component = {
  id: 'REF_AREA',
  nameVi: 'Địa bàn',
  nameEn: 'Reference area',
  codeList: 'CL_AREA',
  dataType: 'String',
  of: ({ area }) => area,
}
const INDICATOR: Component = {
  id: 'INDICATOR',
  nameVi: 'Chỉ tiêu',
  nameEn: 'Indicator',
  codeList: 'CL_INDICATOR',
  dataType: 'String',
  of: ({ indicator }) => indicator,
}
const ACCESS: Component = {
  id: 'ACCESS',
  nameVi: 'Công nghệ truy nhập',
  nameEn: 'Access technology',
  codeList: 'CL_ACCESS',
  dataType: 'String',
  of: ({ access }) => access,
}
const DOMAIN: Component = {
  id: 'DOMAIN',
  nameVi: 'Lĩnh vực',
  nameEn: 'Domain',
  codeList: 'CL_DOMAIN',
  dataType: 'String',
  of: ({ domain }) => domain,
}
const CLASS: Component = {
  id: 'CLASS',
  nameVi: 'Loại kết nối',
  nameEn: 'Class of connection',
  codeList: 'CL_CLASS',
  dataType: 'String',
  of: (figure) => figure.class,
}
const TIME_PERIOD: Component = {
  id: TIME,
  nameVi: 'Kỳ báo cáo',
  nameEn: 'Time period',
  codeList: null,
  dataType: 'ObservationalTimePeriod',
  of: ({ period }) => period,
}

export const DIMENSIONS: readonly Component[] = [FREQ, REF_AREA, INDICATOR, ACCESS, TIME_PERIOD]
export const DETAIL_DIMENSIONS: readonly Component[] = [
  FREQ,
  REF_AREA,
  INDICATOR,
  ACCESS,
  DOMAIN,
  CLASS,
  TIME_PERIOD,
]

export const OBS_VALUE: Component = {
  id: 'OBS_VALUE',
  nameVi: 'Giá trị',
  nameEn: 'Observation value',
  codeList: null,
  dataType: 'Decimal',
  of: ({ value }) => value,
}

/** In the order of the data structure: those of the plain flow first. */
export const ATTRIBUTES: readonly Attribute[] = [
  {
    id: 'UNIT_MEASURE',
    nameVi: 'Đơn vị tính',
    nameEn: 'Unit of measure',
    codeList: 'CL_UNIT',
    dataType: 'String',
    dependsOn: ['INDICATOR'],
    of: ({ indicator }) => unitOf(indicator)?.id ?? null,
  },
  {
    id: 'DECIMALS',
    nameVi: 'Số chữ số thập phân',
    nameEn: 'Decimals',
    codeList: null,
    dataType: 'Integer',
    dependsOn: ['INDICATOR'],
    of: ({ decimals }) => decimals,
  },
  {
    id: 'OBS_STATUS',
    nameVi: 'Trạng thái số liệu',
    nameEn: 'Observation status',
    codeList: 'CL_OBS_STATUS',
    dataType: 'String',
    dependsOn: 'observation',
    of: ({ obsStatus }) => obsStatus,
  },
  {
    id: 'CONF_STATUS',
    nameVi: 'Mức độ bảo mật',
    nameEn: 'Confidentiality status',
    codeList: 'CL_CONF_STATUS',
    dataType: 'String',
    dependsOn: 'observation',
    fallback: 'F',
    of: ({ confStatus }) => confStatus,
  },
  {
    id: 'UNIT_MULT',
    nameVi: 'Bội số đơn vị (luỹ thừa của 10)',
    nameEn: 'Unit multiplier (power of ten)',
    codeList: null,
    dataType: 'Integer',
    dependsOn: 'dataflow',
    of: () => 0,
  },
  {
    id: 'COVERAGE',
    nameVi: 'Phạm vi thu thập',
    nameEn: 'Coverage',
    codeList: 'CL_COVERAGE',
    dataType: 'String',
    dependsOn: 'dataflow',
    of: ({ coverage }) => coverage,
  },
  {
    id: 'POP_BASIS',
    nameVi: 'Loại dân số',
    nameEn: 'Basis of population',
    codeList: 'CL_POP_BASIS',
    dataType: 'String',
    dependsOn: ['REF_AREA', 'INDICATOR', TIME],
    of: popBasisCode,
  },
  {
    id: 'POP_YEAR',
    nameVi: 'Năm của dân số',
    nameEn: 'Year of population',
    codeList: null,
    dataType: 'Integer',
    dependsOn: ['REF_AREA', 'INDICATOR', TIME],
    of: ({ popYear }) => popYear,
  },
  {
    id: 'GEO_VERSION',
    nameVi: 'Phiên bản địa giới',
    nameEn: 'Version of the geography',
    codeList: null,
    dataType: 'String',
    dependsOn: ['REF_AREA', TIME],
    of: ({ geoVersion }) => geoVersion,
  },
  {
    id: 'METHOD_VERSION',
    nameVi: 'Phiên bản phương pháp',
    nameEn: 'Version of the method',
    codeList: null,
    dataType: 'String',
    dependsOn: [TIME],
    of: ({ methodVersion }) => methodVersion,
  },
  {
    id: 'REF_DATE',
    nameVi: 'Ngày tham chiếu',
    nameEn: 'Reference date',
    codeList: null,
    dataType: 'GregorianDay',
    dependsOn: [TIME],
    of: ({ referenceDate }) => referenceDate,
  },
  {
    id: 'RELEASE',
    nameVi: 'Lần phát hành',
    nameEn: 'Release',
    codeList: null,
    dataType: 'String',
    dependsOn: 'dataflow',
    of: (_figure, { release }) => release?.id ?? null,
  },
  {
    id: 'COMMENT_OBS',
    nameVi: 'Chú thích',
    nameEn: 'Comment',
    codeList: null,
    dataType: 'String',
    dependsOn: 'observation',
    of: ({ comment }) => comment,
  },
]
