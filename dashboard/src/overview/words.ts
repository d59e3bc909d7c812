import { type Fill, type Text, translate } from '../text/translate.ts'

const WORDS = {
  'views.title': ['Cách xem đã lưu', 'Saved views'],
  'views.all': ['Tất cả', 'Everything'],
  'view.attention': ['Cần chú ý', 'Needs attention'],
  'view.alarms': ['Đang cảnh báo', 'In alarm'],
  'view.water': ['Nước', 'Water'],
  'view.power': ['Điện', 'Power'],
  'view.traffic': ['Giao thông', 'Traffic'],
  'views.save': ['Lưu cách xem', 'Save this view'],
  'views.saveHint': [
    'Lưu bộ lọc, thứ tự và các cột đang dùng',
    'Keeps the filters, the order and the columns in use',
  ],
  'views.name': ['Tên cách xem', 'Name of the view'],
  'views.keep': ['Lưu', 'Save'],
  'views.cancel': ['Thôi', 'Cancel'],
  'views.rename': ['Đổi tên', 'Rename'],
  'views.remove': ['Xóa', 'Delete'],
  'views.copy': ['Chép liên kết', 'Copy link'],
  'views.copied': ['Đã chép', 'Copied'],
  'views.notCopied': ['Không chép được', 'Could not copy'],
  'views.removed': ['Đã xóa “{name}”.', '“{name}” was deleted.'],
  'views.undo': ['Hoàn tác', 'Undo'],
  'views.full': ['Đã đủ {count} cách xem: hãy xóa bớt.', 'There are {count} views already: delete some.'],
  'views.tools': ['Cách xem “{name}”', 'The view “{name}”'],
  'map.show': ['Hiện bản đồ', 'Show the map'],
} as const satisfies Record<string, Text>

type WordKey = keyof typeof WORDS

/** The text in the chosen language. */
export function w(key: WordKey, fill: Fill = {}): string {
  return translate(WORDS[key], fill)
}

/** The name of a view that is there at first. */
export function madeName(id: string): string {
  const key = `view.${id}`
  return Object.hasOwn(WORDS, key) ? w(key as WordKey) : id
}
