/** The code lists of the indicator, each code with its names. Order is the order of outputs. */
export interface Code<Id extends string = string> {
  readonly id: Id
  readonly nameVi: string
  readonly nameEn: string
  /** UNIT_MEASURE, and places after the point, where the code is an indicator's. */
  readonly unit?: string
  readonly decimals?: number
}

const list = <const Id extends string>(...codes: readonly Code<Id>[]): readonly Code<Id>[] => codes

export const INDICATORS = list(
  {
    id: 'IOT_CONN',
    nameVi: 'Kết nối IoT đang hoạt động',
    nameEn: 'Active IoT connections',
    unit: 'CONN',
    decimals: 0,
  },
  {
    id: 'IOT_REG',
    nameVi: 'Kết nối IoT đã đăng ký',
    nameEn: 'Registered IoT connections',
    unit: 'CONN',
    decimals: 0,
  },
  {
    id: 'M2M_SIM',
    nameVi: 'Thuê bao M2M (SIM/eSIM) đang hoạt động',
    nameEn: 'Active M2M subscriptions (SIM/eSIM)',
    unit: 'SIM',
    decimals: 0,
  },
  { id: 'POP', nameVi: 'Dân số', nameEn: 'Population', unit: 'PERSON', decimals: 0 },
  {
    id: 'IOT_CONN_PC',
    nameVi: 'Kết nối IoT bình quân đầu người',
    nameEn: 'IoT connections per person',
    unit: 'CONN_PER_PERSON',
    decimals: 4,
  },
  {
    id: 'IOT_CONN_P100',
    nameVi: 'Kết nối IoT trên 100 dân',
    nameEn: 'IoT connections per 100 inhabitants',
    unit: 'CONN_PER_100',
    decimals: 2,
  },
  {
    id: 'M2M_SIM_P100',
    nameVi: 'Thuê bao M2M trên 100 dân',
    nameEn: 'M2M subscriptions per 100 inhabitants',
    unit: 'SIM_PER_100',
    decimals: 2,
  },
  {
    id: 'TARGET_GAP',
    nameVi: 'Số kết nối còn thiếu so với mục tiêu',
    nameEn: 'Connections missing to the target',
    unit: 'CONN',
    decimals: 0,
  },
)
export type IndicatorId = (typeof INDICATORS)[number]['id']

const TOTAL = { id: '_T', nameVi: 'Tổng số', nameEn: 'Total' } as const
const UNKNOWN = { id: '_U', nameVi: 'Không rõ', nameEn: 'Unknown' } as const

/** The technology by which something is reached, as declared of the device (docs/methodology.md §3). */
export const ACCESSES = list(
  TOTAL,
  { id: 'CELLULAR', nameVi: 'Di động (SIM/eSIM)', nameEn: 'Cellular (SIM/eSIM)' },
  { id: 'LPWAN', nameVi: 'Mạng diện rộng công suất thấp', nameEn: 'Low-power wide-area network' },
  { id: 'WIRED', nameVi: 'Có dây', nameEn: 'Wired' },
  { id: 'SHORT_RANGE', nameVi: 'Vô tuyến cự ly ngắn', nameEn: 'Short-range radio' },
  { id: 'SATELLITE', nameVi: 'Vệ tinh', nameEn: 'Satellite' },
  UNKNOWN,
)
export type AccessCode = (typeof ACCESSES)[number]['id']

/** What kind of connection it is: access and the way in taken together; gateways stand apart and are no part of the total. */
export const CLASSES = list(
  TOTAL,
  { id: 'CELLULAR', nameVi: 'Thiết bị có SIM/eSIM', nameEn: 'Device with a SIM or eSIM' },
  { id: 'LPWAN', nameVi: 'Thiết bị LPWAN', nameEn: 'LPWAN device' },
  { id: 'FIXED', nameVi: 'Thiết bị nối dây trực tiếp', nameEn: 'Directly wired device' },
  {
    id: 'BEHIND_GATEWAY',
    nameVi: 'Thiết bị sau cổng kết nối (cự ly ngắn, bus nội bộ)',
    nameEn: 'Device behind a gateway (short-range, local bus)',
  },
  { id: 'SATELLITE', nameVi: 'Thiết bị vệ tinh', nameEn: 'Satellite device' },
  { id: 'GATEWAY', nameVi: 'Cổng kết nối (không tính vào tổng)', nameEn: 'Gateway (not part of the total)' },
  UNKNOWN,
)
export type ClassCode = (typeof CLASSES)[number]['id']

export const DOMAINS = list(
  TOTAL,
  { id: 'TRAFFIC', nameVi: 'Giao thông', nameEn: 'Traffic' },
  { id: 'WATER', nameVi: 'Nước', nameEn: 'Water' },
  { id: 'POWER', nameVi: 'Điện', nameEn: 'Power' },
  { id: 'ENVIRONMENT', nameVi: 'Môi trường', nameEn: 'Environment' },
  UNKNOWN,
)
export type DomainCode = (typeof DOMAINS)[number]['id']

export const FREQUENCIES = list(
  { id: 'A', nameVi: 'Năm', nameEn: 'Annual' },
  { id: 'Q', nameVi: 'Quý', nameEn: 'Quarterly' },
  { id: 'M', nameVi: 'Tháng', nameEn: 'Monthly' },
  { id: 'D', nameVi: 'Ngày', nameEn: 'Daily' },
)
export type Frequency = (typeof FREQUENCIES)[number]['id']

/** SDMX CL_OBS_STATUS, the codes in use here. */
export const OBS_STATUSES = list(
  { id: 'A', nameVi: 'Bình thường', nameEn: 'Normal value' },
  { id: 'B', nameVi: 'Gián đoạn chuỗi số liệu', nameEn: 'Time series break' },
  { id: 'E', nameVi: 'Ước tính', nameEn: 'Estimated value' },
  { id: 'M', nameVi: 'Không có số liệu (không thể có)', nameEn: 'Missing value; data cannot exist' },
  { id: 'P', nameVi: 'Sơ bộ', nameEn: 'Provisional value' },
  { id: 'Q', nameVi: 'Không công bố (bảo mật)', nameEn: 'Missing value; suppressed' },
  { id: 'U', nameVi: 'Độ tin cậy thấp', nameEn: 'Low reliability' },
)
export type ObsStatus = (typeof OBS_STATUSES)[number]['id']

/** SDMX CL_CONF_STATUS, the codes in use here. */
export const CONF_STATUSES = list(
  { id: 'F', nameVi: 'Được công bố', nameEn: 'Free' },
  { id: 'C', nameVi: 'Bảo mật (ô nhỏ)', nameEn: 'Confidential statistical information' },
  { id: 'D', nameVi: 'Bảo mật thứ cấp', nameEn: 'Secondary confidentiality' },
)
export type ConfStatus = (typeof CONF_STATUSES)[number]['id']

export const COVERAGES = list(
  {
    id: 'PLATFORM',
    nameVi: 'Thiết bị thấy trên nền tảng (cận dưới)',
    nameEn: 'Devices seen by the platform (a lower bound)',
  },
  { id: 'OPERATOR', nameVi: 'Báo cáo của nhà mạng', nameEn: 'Reports of operators' },
  { id: 'COMBINED', nameVi: 'Kết hợp, đã loại trùng', nameEn: 'Both, without double count' },
)
export type Coverage = (typeof COVERAGES)[number]['id']

/** What becomes of each registered device in the count: the rule that decided, in the order in which they are asked. */
export const RULES = list(
  { id: 'TEST', nameVi: 'Thiết bị thử nghiệm hoặc mô phỏng', nameEn: 'On trial or simulated' },
  {
    id: 'RETIRED',
    nameVi: 'Đã ngừng sử dụng trước ngày tham chiếu',
    nameEn: 'Retired by the reference date',
  },
  { id: 'GATEWAY', nameVi: 'Cổng kết nối không tự đo', nameEn: 'Gateway that measures nothing itself' },
  {
    id: 'SAME_DEVICE',
    nameVi: 'Cùng một thiết bị vật lý với kết nối khác',
    nameEn: 'The same physical device as another connection',
  },
  { id: 'NEVER_HEARD', nameVi: 'Chưa từng gửi số liệu', nameEn: 'Never heard' },
  { id: 'INACTIVE', nameVi: 'Không hoạt động trong cửa sổ', nameEn: 'Not heard within the window' },
  { id: 'ACTIVE', nameVi: 'Được tính', nameEn: 'Counted' },
)
export type RuleId = (typeof RULES)[number]['id']
