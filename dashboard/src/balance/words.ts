import { type Fill, type Text, translate } from '../text/translate.ts'

/** Vietnamese, English: what only the water balance says. */
const WORDS = {
  title: ['Cân bằng nước của vùng', 'Water balance of the zone'],
  day: ['Ngày', 'Day'],
  before: ['Ngày trước', 'The day before'],
  after: ['Ngày sau', 'The day after'],
  loading: ['Đang tính…', 'Computing…'],
  input: ['Nước vào vùng', 'System input'],
  consumption: ['Khách hàng dùng, theo đồng hồ', 'Metered consumption'],
  nrw: ['Nước không doanh thu', 'Non-revenue water'],
  consumptionShort: ['Có đồng hồ', 'Metered'],
  meters: ['{count} đồng hồ, đủ {share} thời gian', 'meters: {count}, {share} of the time told of'],
  unknown: ['chưa biết', 'not known'],
  notKnown: [
    'Chưa đủ dữ liệu để tính: cần ít nhất 95 % thời gian của mỗi đồng hồ tổng và của các khách hàng.',
    'Too little was told: at least 95 % of the time of each inlet, and of the customers, is needed.',
  ],
  measured: ['đã đo {volume} m³', '{volume} m³ measured'],
  night: ['Lưu lượng đêm tối thiểu, 02:00–04:00', 'Minimum night flow, 02:00–04:00'],
  noNight: ['chưa có đêm nào đủ dữ liệu', 'no night is told of in full'],
  use: ['Khách hàng dùng ban đêm, ước tính', 'Night use of customers, estimated'],
  useBy: ['{use} L/h mỗi đấu nối', '{use} L/h a connection'],
  leakage: ['Rò rỉ, ước tính', 'Leakage, estimated'],
  missing: [
    'Đồng hồ thiếu số liệu hoặc đã thay ({count})',
    'Meters that lack readings or were changed ({count})',
  ],
  missingItem: ['{share} thời gian', '{share} of the time'],
  resets: ['{count} lần số chỉ bị đặt lại', 'register set back {count} times'],
  zone_without_inlet: [
    'Chưa có đồng hồ tổng nào cấp nước cho vùng này. Hãy khai báo quan hệ “cấp cho” từ đồng hồ tổng đến vùng.',
    'No flow meter feeds this zone yet. Add a relation “feeds” from the meter at its inlet.',
  ],
  zone_without_customers: [
    'Vùng này chưa có khách hàng. Hãy khai báo quan hệ “cấp cho” từ vùng đến đồng hồ khách hàng.',
    'This zone has no customers yet. Add relations “feeds” from the zone to their meters.',
  ],
  inlet_without_meter: [
    'Có đường nước vào vùng không qua đồng hồ nào: {detail}',
    'Water comes in past no meter: {detail}',
  ],
  meter_shared: [
    'Một đồng hồ đo chung cho vùng này và nơi khác: {detail}',
    'A meter measures this zone together with others: {detail}',
  ],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)

/** Words of ours for a refusal; null: there are none. */
export const wIfKnown = (key: string, fill: Fill): string | null =>
  key in WORDS ? w(key as keyof typeof WORDS, fill) : null
