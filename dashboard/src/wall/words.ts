import { type Fill, type Text, translate } from '../text/translate.ts'

/** Vietnamese, English: what only the wall screen says. */
const WORDS = {
  'title.all': ['Toàn tỉnh', 'Whole province'],
  'stream.live': ['Trực tiếp', 'Live'],
  'stream.connecting': ['Đang kết nối…', 'Connecting…'],
  'stream.stale': ['MẤT LUỒNG DỮ LIỆU', 'DATA STREAM LOST'],
  'stream.staleSince': [
    'Mọi thứ trên màn hình là của lúc {time}, {age} trước. Đang tự nối lại.',
    'All on this screen is of {time}, {age} ago. It reconnects by itself.',
  ],
  'tiles.label': ['Cảnh báo chưa ai xử lý, theo mức độ', 'Alarms that nobody attends to, by severity'],
  'tiles.title': ['Chưa ai xử lý', 'Unattended'],
  'tiles.seen': ['Đã có người nhận: {count}', 'Acknowledged: {count}'],
  'board.title': ['Cảnh báo nặng nhất', 'Worst alarms'],
  'board.page': ['Trang {page}/{pages} · tất cả {count}', 'Page {page}/{pages} · {count} in all'],
  'board.since': ['từ {time}', 'since {time}'],
  'board.seen': ['{name} đã nhận', '{name} has it'],
  'board.members': ['kéo theo {count}', '{count} follow'],
  'board.andMore': ['{names} và nơi khác', '{names} and others'],
  'board.noArea': ['chưa rõ địa bàn', 'no area'],
  'board.pause': ['Dừng lật trang', 'Stop turning pages'],
  'board.go': ['Lật trang', 'Turn pages'],
  'board.next': ['Trang sau', 'Next page'],
  'calm.title': ['Yên ổn', 'All calm'],
  'calm.none': ['Không có cảnh báo nào.', 'There is no alarm.'],
  'calm.last': ['Số đo mới nhất đến lúc {time}.', 'The last reading came at {time}.'],
  'calm.never': ['Chưa có số đo nào.', 'No reading has come yet.'],
  'calm.silentTitle': ['Không có cảnh báo', 'No alarm'],
  'calm.silent': [
    '{count} đối tượng im lặng: không biết tình trạng của chúng.',
    '{count} entities are silent: nobody knows how they are.',
  ],
  'calm.old': [
    'Số đo mới nhất từ lúc {time}: đã quá lâu. Kiểm tra mạng tới thiết bị.',
    'The last reading is of {time}: that is too long ago. Check the network to the devices.',
  ],
  'calm.waiting': ['Đang chờ dữ liệu…', 'Waiting for data…'],
  'calm.notForRole': [
    'Vai trò của bạn không được xem cảnh báo. Hãy đăng nhập bằng mã của người vận hành.',
    'Your role is not shown alarms. Sign in with a token of an operator.',
  ],
  'domains.title': ['Đối tượng theo lĩnh vực', 'Entities by domain'],
  'domains.trend': ['Trễ, im lặng: {minutes} phút qua', 'Late or silent, last {minutes} min'],
  'trend.worse': ['▲ thêm {count}', '▲ {count} more'],
  'trend.better': ['▼ bớt {count}', '▼ {count} fewer'],
  'trend.same': ['= không đổi', '= no change'],
  'trend.unknown': ['…', '…'],
  'banner.title': ['CẢNH BÁO NGUY CẤP MỚI', 'NEW CRITICAL ALARM'],
  'banner.more': ['và {count} cảnh báo nguy cấp khác', 'and {count} more critical alarms'],
  'tools.label': ['Điều khiển màn hình', 'Screen controls'],
  'tools.fullScreen': ['Toàn màn hình', 'Full screen'],
  'tools.leave': ['Về tổng quan', 'To the overview'],
} as const satisfies Record<string, Text>

export type WordKey = keyof typeof WORDS

/** The text in the chosen language. */
export function w(key: WordKey, fill: Fill = {}): string {
  return translate(WORDS[key], fill)
}
