import { type Text, translate } from '../text/translate.ts'

/** Fields of all kinds of inputs; what is not here is shown by its name in the API. */
const FIELDS: Readonly<Record<string, Text>> = {
  area: ['Địa bàn', 'Area'],
  geoVersion: ['Phiên bản địa giới', 'Boundaries'],
  year: ['Năm', 'Year'],
  basis: ['Loại dân số', 'Basis'],
  value: ['Giá trị', 'Value'],
  source: ['Nguồn', 'Source'],
  publishedOn: ['Ngày công bố', 'Published on'],
  synthetic: ['Mô phỏng', 'Synthetic'],
  recordedAt: ['Ghi lúc', 'Recorded'],
  operator: ['Nhà mạng', 'Operator'],
  period: ['Kỳ', 'Period'],
  access: ['Công nghệ truy nhập', 'Technology'],
  subscriptions: ['Số thuê bao', 'Subscriptions'],
  onPlatform: ['Đã có trên nền tảng', 'On the platform'],
  matchedBy: ['Đối chiếu bằng', 'Matched by'],
  kind: ['Loại', 'Kind'],
  by: ['Thời hạn', 'By'],
  locality: ['Địa phương', 'Locality'],
  nameVi: ['Tên', 'Name'],
  nameEn: ['Tên tiếng Anh', 'English name'],
  national: ['Cả nước', 'National'],
  indicator: ['Chỉ tiêu', 'Indicator'],
  fromCode: ['Mã cũ', 'Former code'],
  fromVersion: ['Địa giới cũ', 'Former geography'],
  toCode: ['Mã mới', 'New code'],
  toVersion: ['Địa giới mới', 'New geography'],
  overlap: ['Mức chồng lấn', 'Overlap'],
  weight: ['Tỷ trọng', 'Weight'],
  weightBasis: ['Cơ sở tỷ trọng', 'Basis of the weight'],
  device: ['Thiết bị', 'Device'],
  from: ['Từ', 'From'],
  to: ['Đến', 'To'],
  month: ['Tháng', 'Month'],
  days: ['Các ngày', 'Days'],
  date: ['Ngày', 'Date'],
  imported: ['Nhập với ngày cũ', 'Backdated'],
  enteredAt: ['Nhập lúc', 'Entered'],
  withdrawn: ['Rút lại', 'Withdrawn'],
  sim: ['ICCID', 'ICCID'],
  iccid: ['ICCID', 'ICCID'],
  validFrom: ['Có hiệu lực từ', 'Valid from'],
}

/** What a column of that name holds in one kind. */
const OF_KIND: Readonly<Record<string, Text>> = {
  'populations value': ['Dân số', 'Population'],
  'targets value': ['Kết nối/người', 'Per person'],
}

export function fieldName(kind: string, field: string): string {
  const text = OF_KIND[`${kind} ${field}`] ?? FIELDS[field]
  return text === undefined ? field : translate(text)
}
