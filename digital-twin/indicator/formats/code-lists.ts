import {
  ACCESSES,
  CLASSES,
  CONF_STATUSES,
  COVERAGES,
  DOMAINS,
  FREQUENCIES,
  INDICATORS,
  OBS_STATUSES,
} from '../codes.ts'
import type { Figure } from '../figure.ts'
import type { Names } from './names.ts'

export interface ListedCode extends Names {
  readonly id: string
}

export interface CodeList extends Names {
  readonly id: string
  readonly codes: readonly ListedCode[]
}

const UNITS: readonly ListedCode[] = [
  { id: 'CONN', nameVi: 'Kết nối', nameEn: 'Connections' },
  { id: 'SIM', nameVi: 'Thuê bao (SIM/eSIM)', nameEn: 'Subscriptions (SIM/eSIM)' },
  { id: 'PERSON', nameVi: 'Người', nameEn: 'Persons' },
  { id: 'CONN_PER_PERSON', nameVi: 'Kết nối/người', nameEn: 'Connections per person' },
  { id: 'CONN_PER_100', nameVi: 'Kết nối/100 dân', nameEn: 'Connections per 100 inhabitants' },
  { id: 'SIM_PER_100', nameVi: 'Thuê bao/100 dân', nameEn: 'Subscriptions per 100 inhabitants' },
]

/** Bases of population, with the word each has in the inputs. */
const POP_BASES: readonly (ListedCode & { readonly input: string })[] = [
  { id: 'AVG', input: 'average', nameVi: 'Dân số trung bình năm', nameEn: 'Average population of the year' },
  { id: 'CENSUS', input: 'census', nameVi: 'Tổng điều tra dân số', nameEn: 'Census' },
  { id: 'REGISTERED', input: 'registered', nameVi: 'Dân số đăng ký cư trú', nameEn: 'Registered population' },
  { id: 'MID', input: 'mid-year', nameVi: 'Dân số giữa năm', nameEn: 'Mid-year population' },
  { id: 'END', input: 'end-year', nameVi: 'Dân số cuối năm', nameEn: 'End-year population' },
]

const basisOf = ({ popBasis }: Pick<Figure, 'popBasis'>) =>
  POP_BASES.find(({ id, input }) => id === popBasis || input === popBasis)

export const popBasisCode = (figure: Figure): string | null => basisOf(figure)?.id ?? figure.popBasis
/** In the middle of a Vietnamese sentence. */
export const popBasisVi = (figure: Pick<Figure, 'popBasis'>): string | null => {
  const name = basisOf(figure)?.nameVi
  return name === undefined ? figure.popBasis : name.slice(0, 1).toLowerCase() + name.slice(1)
}
export const popBasisInput = (figure: Figure): string | null => basisOf(figure)?.input ?? figure.popBasis

export const unitOf = (indicator: string): ListedCode | undefined => {
  const unit = INDICATORS.find(({ id }) => id === indicator)?.unit
  return UNITS.find(({ id }) => id === unit)
}

/** Every list but that of areas, which is a matter of data. Those of frequency and of statuses are parts of SDMX’s own
 *  cross-domain lists, code for code, with names in Vietnamese beside the English ones. */
export const CODE_LISTS: readonly CodeList[] = [
  { id: 'CL_FREQ', nameVi: 'Tần suất', nameEn: 'Frequency', codes: FREQUENCIES },
  { id: 'CL_INDICATOR', nameVi: 'Chỉ tiêu', nameEn: 'Indicator', codes: INDICATORS },
  { id: 'CL_ACCESS', nameVi: 'Công nghệ truy nhập', nameEn: 'Access technology', codes: ACCESSES },
  { id: 'CL_DOMAIN', nameVi: 'Lĩnh vực', nameEn: 'Domain', codes: DOMAINS },
  { id: 'CL_CLASS', nameVi: 'Loại kết nối', nameEn: 'Class of connection', codes: CLASSES },
  { id: 'CL_UNIT', nameVi: 'Đơn vị tính', nameEn: 'Unit of measure', codes: UNITS },
  { id: 'CL_OBS_STATUS', nameVi: 'Trạng thái số liệu', nameEn: 'Observation status', codes: OBS_STATUSES },
  { id: 'CL_CONF_STATUS', nameVi: 'Mức độ bảo mật', nameEn: 'Confidentiality status', codes: CONF_STATUSES },
  { id: 'CL_COVERAGE', nameVi: 'Phạm vi thu thập', nameEn: 'Coverage', codes: COVERAGES },
  { id: 'CL_POP_BASIS', nameVi: 'Loại dân số', nameEn: 'Basis of population', codes: POP_BASES },
]

export const AREA_LIST: Omit<CodeList, 'codes'> = {
  id: 'CL_AREA',
  nameVi: 'Địa bàn',
  nameEn: 'Reference area',
}
