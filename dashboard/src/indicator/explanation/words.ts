import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  title: ['Số này được tính thế nào?', 'How was this computed?'],
  close: ['Đóng', 'Close'],
  failed: ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  withheld: ['Vì sao không công bố', 'Why it is withheld'],

  'division.title': ['Phép chia', 'The division'],
  'division.note': [
    'Chia từ số nguyên, làm tròn một lần ở bước cuối, nửa đơn vị thì làm tròn lên. Không cộng và không lấy bình quân các tỷ lệ đã làm tròn.',
    'Divided from whole numbers and rounded once, at the end, halves away from zero. Rounded ratios are never added or averaged.',
  ],

  'steps.title': ['Tử số: đếm kết nối theo từng quy tắc', 'Numerator: connections, rule by rule'],
  'steps.window': [
    'Hoạt động: có ít nhất một bản tin được nhận trong {days} ngày, từ {from} đến hết {to} (giờ Việt Nam), theo lúc thiết bị đo.',
    'Active: at least one accepted message within {days} days, from {from} to the end of {to} (UTC+7), by the time of measurement.',
  ],
  'steps.rule': ['Quy tắc', 'Rule'],
  'steps.count': ['Số thiết bị', 'Devices'],
  'steps.hidden': ['không nêu', 'not told'],
  'steps.hiddenWhy': [
    'Không nêu: có quy tắc chỉ quyết định về rất ít thiết bị của cá nhân; nêu số có thể làm lộ thông tin của họ. Kết quả không đổi.',
    'Not told: some rule decided about very few devices of persons, who might be recognised by its number. The result is the same.',
  ],
  'sims.title': ['Riêng: thuê bao M2M (SIM/eSIM)', 'Apart: M2M subscriptions (SIM/eSIM)'],
  'sims.note': [
    'Đếm SIM, gồm cả SIM của cổng kết nối. Không bao giờ cộng với số kết nối.',
    'Counts SIMs, those of gateways included. Never added to the connections.',
  ],
  'sims.count': ['{count} SIM', '{count} SIMs'],

  'why.TEST': ['không phục vụ ai', 'serves nobody'],
  'why.RETIRED': ['không còn hoạt động vào ngày tham chiếu', 'out of use by the reference date'],
  'why.GATEWAY': [
    'là hạ tầng; SIM của nó tính ở thuê bao M2M',
    'infrastructure; its SIM is counted among M2M subscriptions',
  ],
  'why.SAME_DEVICE': [
    'một thiết bị đăng ký nhiều lần chỉ tính một',
    'a device registered more than once counts once',
  ],
  'why.NEVER_HEARD': ['đăng ký nhưng chưa gửi gì', 'registered, but has sent nothing'],
  'why.INACTIVE': ['im lặng trong cả cửa sổ', 'silent through the whole window'],

  'population.title': ['Mẫu số: chọn dân số nào', 'Denominator: which population'],
  'population.none': ['Chưa có dân số nào được nhập.', 'No population has been entered.'],
  'population.year': ['Năm', 'Year'],
  'population.basis': ['Loại', 'Basis'],
  'population.value': ['Số dân', 'People'],
  'population.would': ['Sẽ cho', 'Would give'],
  'population.move': ['Chênh lệch', 'Moves it by'],
  'population.source': ['Nguồn', 'Source'],
  'population.published': ['công bố {date}', 'published {date}'],
  'population.chosen': ['được dùng', 'used'],
  'population.rule': [
    'Dùng dân số trung bình của năm tham chiếu; khi chưa có thì dùng năm gần nhất và ghi là sơ bộ.',
    'The average population of the reference year; until it is there the latest year, marked provisional.',
  ],

  'operators.title': ['Báo cáo của nhà mạng', 'Operators’ reports'],
  'operators.none': ['Không có báo cáo nào cho kỳ này.', 'There is no report for this period.'],
  'operators.operator': ['Nhà mạng, địa bàn', 'Operator, area'],
  'operators.subscriptions': ['Thuê bao', 'Subscriptions'],
  'operators.doubles': ['Trùng với nền tảng', 'Also on the platform'],
  'operators.added': ['Được cộng', 'Added'],
  'operators.source': ['Nguồn', 'Source'],
  'operators.digest': ['đối chiếu theo mã băm ICCID', 'matched by digests of ICCIDs'],
  'operators.declared': ['theo khai báo của nhà mạng', 'as the operator declared it'],
  'operators.unknown': ['chưa rõ, nên không cộng', 'not known, so nothing is added'],

  'sensitivity.title': ['Nếu cửa sổ khác đi', 'With another window'],
  'sensitivity.window': ['Cửa sổ', 'Window'],
  'sensitivity.days': ['{days} ngày', '{days} days'],
  'sensitivity.used': ['được dùng', 'used'],
  'sensitivity.connections': ['Kết nối', 'Connections'],
  'sensitivity.value': ['Kết nối/người', 'Per person'],

  'quality.title': ['Chất lượng', 'Quality'],
  'quality.noOutage': [
    'Không có ngày nào nền tảng ngừng nhận trong cửa sổ.',
    'The platform heard devices on every day of the window.',
  ],
  'quality.outage': [
    'Nền tảng không nhận được gì trong {count} ngày: {days}. Số đang hoạt động có thể bị thấp đi.',
    'The platform heard nobody on {count} days: {days}. The active count may be too low.',
  ],
  'quality.coverage': ['Phạm vi: {coverage}. {means}', 'Coverage: {coverage}. {means}'],
  'quality.boundary': ['Phiên bản địa giới: {version}.', 'Version of the boundaries: {version}.'],

  'compare.title': ['So sánh với ITU', 'Comparison with ITU'],
  'method.title': ['Phương pháp', 'Method'],
  'method.version': ['Phiên bản phương pháp {version}', 'Method version {version}'],
  'method.asOf': ['Dùng những gì đã biết đến {time}', 'From what was known by {time}'],
  'method.release': ['Lần công bố {id}, dữ liệu vào SHA-256 {sha}', 'Release {id}, inputs SHA-256 {sha}'],
  'method.link': ['Đọc phương pháp luận', 'Read the methodology'],
  'method.json': ['Phần giải thích này ở dạng JSON', 'This explanation as JSON'],
} as const satisfies Record<string, Text>

export type WordKey = keyof typeof WORDS

export const w = (key: WordKey, fill: Fill = {}): string => translate(WORDS[key], fill)
/** Why a rule takes away what it takes away; null for a sum. */
export function ruleWhy(rule: string): string | null {
  const text = (WORDS as Readonly<Record<string, Text>>)[`why.${rule}`]
  return text === undefined ? null : translate(text)
}
