import { type Fill, type Text, translate } from '../text/translate.ts'

const WORDS = {
  title: ['Kết nối IoT bình quân đầu người', 'IoT connections per person'],
  'tab.label': ['Các phần của chỉ tiêu', 'Parts of the indicator'],
  'tab.places': ['Theo xã, phường', 'By commune'],
  'tab.progress': ['Tiến độ và xu thế', 'Progress and trend'],
  'tab.breakdown': ['Phân tổ', 'Breakdowns'],
  'tab.releases': ['Các lần công bố', 'Releases'],
  'tab.exports': ['Tải số liệu', 'Exports'],
  failed: ['Chưa có số liệu: {detail}', 'No figure: {detail}'],
  toInputs: ['Số liệu đầu vào', 'Input data'],

  'filter.label': ['Chọn số liệu', 'Choose the figure'],
  'filter.period': ['Kỳ', 'Period'],
  'filter.today': ['đến hôm nay', 'up to today'],
  'filter.A': ['Năm', 'Years'],
  'filter.Q': ['Quý', 'Quarters'],
  'filter.M': ['Tháng', 'Months'],
  'filter.area': ['Địa bàn', 'Area'],
  'filter.noArea': ['Chưa rõ địa bàn', 'Area not known'],
  'filter.access': ['Công nghệ', 'Technology'],
  'filter.class': ['Loại kết nối', 'Class'],
  'filter.domain': ['Lĩnh vực', 'Domain'],
  'filter.any': ['tất cả', 'all'],
  'filter.coverage': ['Phạm vi', 'Coverage'],
  'filter.asOf': ['Phiên bản số liệu', 'Vintage'],
  'filter.live': ['tính trực tiếp', 'live'],
  'filter.published': ['công bố mới nhất', 'newest published'],
  'filter.asOfDay': ['như đã biết đến {date}', 'as known on {date}'],
  'filter.more': ['Chọn thêm', 'More choices'],
  'filter.clear': ['Bỏ chọn', 'Clear'],

  'coverage.PLATFORM': ['Thiết bị trên nền tảng', 'Platform'],
  'coverage.OPERATOR': ['Báo cáo của nhà mạng', 'Operators’ reports'],
  'coverage.COMBINED': ['Kết hợp, đã loại trùng', 'Combined, without doubles'],
  'means.PLATFORM': [
    'Chỉ tính thiết bị gửi số liệu về nền tảng này, nên là cận dưới: số thật của địa bàn chỉ có thể cao hơn.',
    'Counts only devices that report to this platform: a lower bound. The true figure of the area can only be higher.',
  ],
  'means.OPERATOR': [
    'Chỉ gồm thuê bao M2M do các nhà mạng báo cáo; nền tảng không kiểm chứng từng thuê bao.',
    'Only machine-to-machine subscriptions as operators reported them; the platform cannot verify each.',
  ],
  'means.COMBINED': [
    'Thiết bị thấy trên nền tảng cộng với thuê bao nhà mạng báo cáo, sau khi bỏ phần có ở cả hai nơi.',
    'Devices seen by the platform and subscriptions reported by operators, less those that are in both.',
  ],

  'head.perPerson': ['kết nối/người', 'connections per person'],
  'head.none': ['Chưa có số liệu', 'No figure'],
  'head.withheld': ['Không công bố', 'Withheld'],
  'head.connections': ['Kết nối đang hoạt động', 'Active connections'],
  'head.active': ['trong {days} ngày, {from} – {to}', 'within {days} days, {from} – {to}'],
  'head.population': ['Dân số', 'Population'],
  'head.noPopulation': [
    'Chưa nhập dân số của địa bàn này, nên không có bình quân.',
    'No population of this area has been entered, so there is no ratio.',
  ],
  'head.toPopulation': ['Nhập dân số', 'Enter populations'],
  'head.coverage': ['Phạm vi', 'Coverage'],
  'head.how': ['Số này được tính thế nào?', 'How was this computed?'],
  'head.province': ['Về toàn tỉnh', 'Back to the province'],
  'head.synthetic': ['Số liệu mô phỏng', 'Synthetic data'],
  'head.live': ['Tính trực tiếp, chưa công bố', 'Computed live, not published'],
  'head.toPublished': ['Xem số đã công bố ({id})', 'See the published figure ({id})'],
  'head.released': ['Công bố ngày {date}', 'Published on {date}'],
  'head.final': ['Chính thức', 'Final'],
  'head.provisional': ['Sơ bộ', 'Provisional'],
  'head.correction': ['Bản đính chính', 'Correction'],
  'head.m2m': ['Thuê bao M2M trên 100 dân', 'M2M subscriptions per 100 people'],
  'head.m2mAbout': [
    'chỉ tiêu so sánh được với ITU và OECD; không cộng với số kết nối',
    'what compares with ITU and OECD; never added to the connections',
  ],
  'head.operators': [
    'Nhà mạng chỉ báo cáo thuê bao M2M, không báo cáo số kết nối IoT: xem số bên cạnh.',
    'Operators report M2M subscriptions only, not IoT connections: see the figure beside.',
  ],
  'head.zero': [
    'Số 0 nghĩa là nền tảng không ghi nhận thiết bị hoạt động nào, không phải là địa bàn không có kết nối nào.',
    'Zero means that the platform knows of no active device, not that the area has no connections.',
  ],
  'head.withheldWhy': [
    'Quá ít kết nối hoặc chủ sở hữu để công bố mà không lộ thông tin riêng.',
    'Too few connections or owners to publish without telling on somebody.',
  ],

  'target.title': ['Mục tiêu', 'Targets'],
  'target.none': ['Chưa nhập mục tiêu nào.', 'No target has been entered.'],
  'target.perPerson': [
    'Đến hết năm {year}: {value} kết nối/người',
    'By the end of {year}: {value} per person',
  ],
  'target.upper': [
    'Đến hết năm {year}: đạt mức trung bình cao trong nước',
    'By the end of {year}: an upper-average level in the country',
  ],
  'target.either': [
    'Đến hết năm {year}, đạt một trong hai là đạt mục tiêu',
    'By the end of {year}: either of the two meets the target',
  ],
  'target.perPersonArm': ['{value} kết nối/người', '{value} per person'],
  'target.upperArm': ['mức trung bình cao trong nước', 'an upper-average level in the country'],
  'target.met': ['Đạt', 'Met'],
  'target.notMet': ['Chưa đạt', 'Not met'],
  'target.unknown': ['Chưa đánh giá được', 'Cannot be judged'],
  'target.late': ['tính đến {date}, sau hạn', 'as of {date}, after its date'],
  'target.missing': ['còn thiếu {count} kết nối', '{count} connections missing'],
  'target.metBy': [
    '{connections} kết nối ≥ {value} × {population} dân',
    '{connections} connections ≥ {value} × {population} people',
  ],
  'target.notMetBy': [
    '{connections} kết nối < {value} × {population} dân',
    '{connections} connections < {value} × {population} people',
  ],
  'target.noComparators': [
    'chỉ so sánh cho cả tỉnh, khi có số liệu của các địa phương khác',
    'compared is the whole province, where figures of other localities are there',
  ],
  'target.share': ['Đạt {share} % mục tiêu', '{share} % of the target'],
} as const satisfies Record<string, Text>

export type WordKey = keyof typeof WORDS

export const w = (key: WordKey, fill: Fill = {}): string => translate(WORDS[key], fill)
