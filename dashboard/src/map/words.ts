import { type Fill, type Text, translate } from '../text/translate.ts'

const WORDS = {
  canvas: ['Hình bản đồ: phím mũi tên để di chuyển', 'Map drawing: arrow keys move it'],
  networks: ['Mạng lưới trên bản đồ', 'Networks on the map'],
  water: ['Mạng nước', 'Water network'],
  power: ['Mạng điện', 'Power network'],
  traffic: ['Mạng giao thông', 'Traffic network'],
  environment: ['Mạng khác', 'Other network'],
  lines: ['{count} đoạn', '{count} lines'],
  hide: ['Ẩn bản đồ', 'Hide the map'],
  more: ['Thêm', 'More'],
  cluster: ['Cụm: số đối tượng, xấu nhất', 'Cluster: how many, the worst'],
  clusterOf: ['{count} đối tượng', '{count} entities'],
  clusterHint: ['Bấm để phóng to', 'Click to zoom in'],
  alarm: ['Cảnh báo chưa xác nhận', 'Unacknowledged alarm'],
  alarmSeen: ['đã xác nhận', 'acknowledged'],
  chosen: ['Đang chọn', 'Chosen'],
  impact: ['Ảnh hưởng nếu ngừng', 'Impact if it stops'],
  up: ['Nguồn cấp', 'Fed by'],
  down: ['Cấp cho', 'Feeds'],
  stop: ['Bỏ đánh dấu', 'Clear the marks'],
  loading: ['Đang tính…', 'Working it out…'],
  lost: ['Mất nguồn cấp', 'Lose supply'],
  fed: ['Vẫn được cấp bằng đường khác', 'Still fed another way'],
  customers: ['Khách hàng mất nguồn', 'Customers without supply'],
  ups: ['Cấp cho nó', 'Feed it'],
  downs: ['Được nó cấp', 'Fed by it'],
  unplaced: ['Không có vị trí trên bản đồ', 'Without a place on the map'],
  nothing: ['Không có gì phụ thuộc vào nó.', 'Nothing depends on it.'],
  nothingUp: ['Không có gì cấp cho nó.', 'Nothing feeds it.'],
  truncated: ['Chỉ đánh dấu {count} đối tượng đầu.', 'Only the first {count} are marked.'],
} as const satisfies Record<string, Text>

type WordKey = keyof typeof WORDS

/** The text in the chosen language. */
export function w(key: WordKey, fill: Fill = {}): string {
  return translate(WORDS[key], fill)
}
