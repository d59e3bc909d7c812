import { type Fill, type Text, translate } from '../text/translate.ts'

/** Vietnamese, English: what only commands say. */
const WORDS = {
  title: ['Điều khiển', 'Control'],
  reported: ['Báo về', 'Reported'],
  desired: ['Giá trị đặt', 'Desired'],
  nothing: ['–', '–'],
  unknown: ['chưa có', 'not known'],
  prepare: ['Chuẩn bị lệnh…', 'Prepare…'],
  range: ['Nhận từ {min} đến {max} {unit}', 'Takes {min} to {max} {unit}'],
  slider: ['{name}: thanh kéo', '{name}: slider'],
  'arg.position': ['Độ mở', 'Position'],
  'arg.on': ['Trạng thái', 'State'],
  'arg.level': ['Mức', 'Level'],
  'position.min': ['đóng hẳn', 'shut'],
  'position.max': ['mở hẳn', 'fully open'],
  true: ['Bật', 'On'],
  false: ['Tắt', 'Off'],
  'status.queued': ['Chờ gửi, thiết bị chưa nhận', 'Waits for its device'],
  'status.sent': ['Đã gửi, chờ thiết bị trả lời', 'Sent, waits for the answer'],
  'status.done': ['Đã thực hiện', 'Done'],
  'status.failed': ['Thất bại', 'Failed'],
  'status.expired': ['Hết hiệu lực', 'Expired'],
  'status.cancelled': ['Đã hủy', 'Cancelled'],
  awaited: ['Thiết bị báo đã xong, chờ giá trị báo về', 'Done by its word; the reported value is awaited'],
  'why.missed': [
    'Thiết bị báo đã xong nhưng giá trị báo về không đạt giá trị đã đặt: hãy kiểm tra.',
    'Done by its word, but the reported value did not follow: look at it.',
  ],
  'why.replaced': ['Lệnh mới hơn thay thế.', 'A newer one took its place.'],
  'why.replacedSent': [
    'Chưa trả lời thì lệnh mới hơn thay thế; không rõ đã làm hay chưa.',
    'Not answered when a newer one took its place; whether it was done is not known.',
  ],
  'why.neverSent': ['Thiết bị không kết nối nên chưa nhận lệnh.', 'The device was not there to take it.'],
  'why.notAnswered': [
    'Đã gửi nhưng không trả lời kịp; không rõ đã làm hay chưa. Hãy xem giá trị báo về.',
    'Sent and not answered in time; whether it was done is not known. Look at what is reported.',
  ],
  'why.late': [
    'Thiết bị trả lời sau khi lệnh hết hiệu lực. Hãy xem giá trị báo về.',
    'The device answered after it had expired. Look at what is reported.',
  ],
  'why.words': ['Thiết bị: “{words}”', 'The device: “{words}”'],
  left: ['còn {time}', '{time} left'],
  cancel: ['Rút lệnh', 'Take back'],
  history: ['Lịch sử lệnh', 'Past commands'],
  'history.none': ['Chưa có lệnh nào.', 'Nothing was asked yet.'],
  'history.note': ['Lý do: {note}', 'Why: {note}'],
  'dialog.title': ['Xác nhận: {command}', 'Confirm: {command}'],
  'dialog.change': ['{from} → {to}', '{from} → {to}'],
  'dialog.same': ['Giá trị báo về đang bằng giá trị này.', 'The reported value is this one already.'],
  'dialog.online': [
    'Thiết bị đang kết nối: lệnh được gửi ngay nếu thiết bị đang nhận lệnh, không thì chờ tới khi hết hiệu lực.',
    'The device is connected: the command is sent at once if it listens for commands, else it waits until it expires.',
  ],
  'dialog.offline': [
    'Thiết bị không kết nối: lệnh chờ trong hàng tới khi hết hiệu lực.',
    'The device is not connected: the command waits until it expires.',
  ],
  'dialog.asking': ['Đang xem lệnh này ảnh hưởng tới ai…', 'Looking whom it concerns…'],
  'dialog.loses': [
    '{customers} khách hàng mất cung cấp ({lost} đối tượng phía sau).',
    '{customers} customers lose supply ({lost} entities behind it).',
  ],
  'dialog.couldLose': [
    'Nếu đóng hẳn, {customers} khách hàng phía sau mất cung cấp.',
    'Shut fully, {customers} customers behind it would lose supply.',
  ],
  'dialog.nobody': [
    'Theo sơ đồ mạng lưới, không có khách hàng nào phía sau.',
    'By the network as it is known, no customers are behind it.',
  ],
  'dialog.noFacts': [
    'Không xem được ai bị ảnh hưởng: {error}',
    'Whom it concerns could not be found out: {error}',
  ],
  'dialog.among': ['Trong đó: {names}', 'Among them: {names}'],
  'dialog.type': ['Gõ {id} để xác nhận', 'Type {id} to confirm'],
  'dialog.note': ['Lý do (ghi vào lịch sử)', 'Why (kept in the history)'],
  'dialog.expiry': ['Hiệu lực', 'Valid for'],
  'expiry.auto': ['tự chọn: ít nhất {time}', 'automatic: at least {time}'],
  'expiry.60': ['1 phút', '1 minute'],
  'expiry.600': ['10 phút', '10 minutes'],
  'expiry.3600': ['1 giờ', '1 hour'],
  'expiry.28800': ['8 giờ', '8 hours'],
  'expiry.86400': ['24 giờ', '24 hours'],
  'dialog.cancel': ['Thôi', 'Cancel'],
  'dialog.send': ['Gửi lệnh', 'Send the command'],
} as const satisfies Readonly<Record<string, Text>>

export type Word = keyof typeof WORDS

export const w = (word: Word, fill?: Fill): string => translate(WORDS[word], fill)

/** Of what the server names and this page may have no word for. */
export function wordOr(word: string, otherwise: string): string {
  return word in WORDS ? w(word as Word) : otherwise
}
