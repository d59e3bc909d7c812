import { formatDay } from '../text/format.ts'
import { type Text, translate } from '../text/translate.ts'

type Names = Readonly<Record<string, Text>>

const UNKNOWN: Text = ['Không rõ', 'Unknown']
const ACCESSES: Names = {
  CELLULAR: ['Di động (SIM/eSIM)', 'Cellular (SIM/eSIM)'],
  LPWAN: ['Mạng diện rộng công suất thấp (LPWAN)', 'Low-power wide-area network (LPWAN)'],
  WIRED: ['Có dây', 'Wired'],
  SHORT_RANGE: ['Vô tuyến cự ly ngắn', 'Short-range radio'],
  SATELLITE: ['Vệ tinh', 'Satellite'],
  _U: UNKNOWN,
}
const CLASSES: Names = {
  CELLULAR: ['Thiết bị có SIM/eSIM', 'Device with a SIM or eSIM'],
  LPWAN: ['Thiết bị LPWAN', 'LPWAN device'],
  FIXED: ['Thiết bị nối dây trực tiếp', 'Directly wired device'],
  BEHIND_GATEWAY: ['Thiết bị sau cổng kết nối', 'Device behind a gateway'],
  SATELLITE: ['Thiết bị vệ tinh', 'Satellite device'],
  GATEWAY: ['Cổng kết nối (không tính vào tổng)', 'Gateway (not part of the total)'],
  _U: UNKNOWN,
}
const DOMAINS: Names = {
  TRAFFIC: ['Giao thông', 'Traffic'],
  WATER: ['Nước', 'Water'],
  POWER: ['Điện', 'Power'],
  ENVIRONMENT: ['Môi trường', 'Environment'],
  _U: UNKNOWN,
}
export const DIMENSIONS = { access: ACCESSES, class: CLASSES, domain: DOMAINS } as const
export type Dimension = keyof typeof DIMENSIONS

const STATUSES: Names = {
  A: ['Bình thường', 'Normal'],
  B: ['Gián đoạn chuỗi số liệu', 'Break in the series'],
  E: ['Ước tính', 'Estimated'],
  M: ['Không có số liệu', 'No figure'],
  O: ['Thiếu số liệu', 'Missing'],
  P: ['Sơ bộ', 'Provisional'],
  Q: ['Không công bố (bảo mật)', 'Withheld (confidential)'],
  U: ['Độ tin cậy thấp', 'Low reliability'],
}
const INDICATORS: Names = {
  IOT_CONN: ['Kết nối IoT đang hoạt động', 'Active IoT connections'],
  IOT_REG: ['Kết nối IoT đã đăng ký', 'Registered IoT connections'],
  M2M_SIM: ['Thuê bao M2M đang hoạt động', 'Active M2M subscriptions'],
  POP: ['Dân số', 'Population'],
  IOT_CONN_PC: ['Kết nối IoT bình quân đầu người', 'IoT connections per person'],
  IOT_CONN_P100: ['Kết nối IoT trên 100 dân', 'IoT connections per 100 inhabitants'],
  M2M_SIM_P100: ['Thuê bao M2M trên 100 dân', 'M2M subscriptions per 100 inhabitants'],
  TARGET_GAP: ['Kết nối còn thiếu so với mục tiêu', 'Connections missing to the target'],
}
const BASES: Names = {
  average: ['dân số trung bình', 'average population'],
  census: ['tổng điều tra', 'census'],
  registered: ['dân số đăng ký', 'registered population'],
  'mid-year': ['dân số giữa năm', 'mid-year population'],
  'end-year': ['dân số cuối năm', 'end-year population'],
}

const named = (names: Names, code: string): string => {
  const text = names[code]
  return text === undefined ? code : translate(text)
}
export const codeName = (dimension: Dimension, code: string): string => named(DIMENSIONS[dimension], code)
export const statusName = (code: string): string => named(STATUSES, code)
export const indicatorName = (code: string): string => named(INDICATORS, code)
export const basisName = (code: string): string => named(BASES, code)

const ROMAN = ['I', 'II', 'III', 'IV'] as const

/** SDMX TIME_PERIOD as people write it. */
export function periodName(period: string): string {
  const [, year = '', quarter, month, day] = /^(\d{4})(?:-Q([1-4])|-(\d\d)(?:-(\d\d))?)?$/.exec(period) ?? []
  if (year === '') return period
  if (quarter !== undefined)
    return translate(['quý {roman} năm {year}', 'Q{quarter} {year}'], {
      quarter,
      year,
      roman: ROMAN[Number(quarter) - 1] ?? quarter,
    })
  if (day !== undefined) return formatDay(Date.parse(period))
  if (month !== undefined) return translate(['tháng {month} năm {year}', '{month}/{year}'], { month, year })
  return translate(['năm {year}', '{year}'], { year })
}
