/** Why a figure changed from one release to the next. */
export const REASONS = {
  LATE_EVIDENCE: {
    vi: 'Số liệu đến muộn: kết nối được ghi nhận là đang hoạt động',
    en: 'Late evidence: connections found to be active',
  },
  NOT_ACTIVE: {
    vi: 'Kết nối không còn được tính là đang hoạt động',
    en: 'Connections no longer counted as active',
  },
  DEVICES_RECORDED: {
    vi: 'Thiết bị được đăng ký bổ sung hoặc bỏ ra khỏi ngày tham chiếu',
    en: 'Devices recorded since, or no longer in service on the reference date',
  },
  TEST: { vi: 'Đính chính: thiết bị thử nghiệm', en: 'Facts corrected: devices on trial' },
  RETIRED: { vi: 'Đính chính: thiết bị đã ngừng sử dụng', en: 'Facts corrected: devices retired' },
  IDENTITY: {
    vi: 'Đính chính: cùng một thiết bị vật lý',
    en: 'Facts corrected: the same physical device',
  },
  GATEWAY: { vi: 'Đính chính: vai trò cổng kết nối', en: 'Facts corrected: role of gateways' },
  AREA_MOVED: { vi: 'Đính chính: địa bàn của thiết bị', en: 'Facts corrected: area of devices' },
  RECLASSIFIED: {
    vi: 'Đính chính: công nghệ, lĩnh vực hoặc loại kết nối',
    en: 'Facts corrected: access, domain or class',
  },
  SIMS: { vi: 'Thay đổi về SIM/eSIM', en: 'SIM and eSIM profiles changed' },
  POPULATION_NEW: { vi: 'Có số liệu dân số', en: 'Population became known' },
  POPULATION_REVISED: { vi: 'Dân số được điều chỉnh', en: 'Population revised' },
  OPERATOR_NEW: { vi: 'Báo cáo mới của nhà mạng', en: 'New report of an operator' },
  OPERATOR_REVISED: { vi: 'Báo cáo của nhà mạng được điều chỉnh', en: 'Report of an operator revised' },
  TARGET: { vi: 'Mục tiêu thay đổi', en: 'Target changed' },
  METHOD: { vi: 'Phương pháp tính thay đổi', en: 'Method changed' },
  GEOGRAPHY: { vi: 'Danh mục địa bàn thay đổi', en: 'Geography changed' },
  OUTAGE: {
    vi: 'Số ngày nền tảng không nhận được số liệu thay đổi',
    en: 'Days on which the platform heard nobody changed',
  },
  ESTIMATED: {
    vi: 'Cách xác định địa bàn (ước tính) thay đổi',
    en: 'Placement by estimate changed',
  },
  FINAL: { vi: 'Từ số liệu sơ bộ thành chính thức', en: 'Provisional became final' },
  SUPPRESSION: {
    vi: 'Phạm vi bảo mật (ô không công bố) thay đổi',
    en: 'What is withheld for confidentiality changed',
  },
  OTHER: {
    vi: 'Lý do khác, xem bảng đầu vào của hai lần công bố',
    en: 'Another reason: see the inputs of both releases',
  },
} as const

export type ReasonCode = keyof typeof REASONS

export interface Reason {
  readonly code: ReasonCode
  readonly vi: string
  readonly en: string
}

/** With what it was about, which is the same in both languages if not given in Vietnamese too; absent: the words alone. */
export const reason = (code: ReasonCode, about?: string, aboutVi = about): Reason => {
  const { vi, en } = REASONS[code]
  return about === undefined ? { code, vi, en } : { code, vi: `${vi} (${aboutVi})`, en: `${en} (${about})` }
}
