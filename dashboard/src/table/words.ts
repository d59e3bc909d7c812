import { type Fill, type Text, translate } from '../text/translate.ts'

const WORDS = {
  name: ['Tên', 'Name'],
  derivedHint: ['Tính từ các giá trị khác, không phải số đo', 'Computed from other values, not measured'],
  types: ['Lọc theo loại', 'Filter by type'],
  allTypes: ['Mọi loại', 'Every type'],
  removeType: ['Bỏ lọc loại {name}', 'Remove type filter {name}'],
  alarms: ['Lọc theo cảnh báo', 'Filter by alarm'],
  anyAlarm: ['Bất kể cảnh báo', 'In alarm or not'],
  inAlarm: ['Đang cảnh báo ({count})', 'In alarm ({count})'],
  fromSeverity: ['Từ mức {severity}', '{severity} or worse'],
  columns: ['Cột', 'Columns'],
  columnsTitle: ['Chọn tối đa {max} đại lượng làm cột', 'Choose up to {max} quantities as columns'],
  columnsUsual: ['Giá trị chính của từng đối tượng', 'Main values of each entity'],
  columnsNone: ['Chưa có giá trị nào.', 'No values yet.'],
  close: ['Đóng', 'Close'],
} as const satisfies Record<string, Text>

type WordKey = keyof typeof WORDS

/** The text in the chosen language. */
export function w(key: WordKey, fill: Fill = {}): string {
  return translate(WORDS[key], fill)
}
