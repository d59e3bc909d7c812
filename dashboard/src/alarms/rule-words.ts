import type { Text } from '../text/translate.ts'

/** What the platform's own rules are called; the others bring their names with them. */
export const RULE_NAMES: Readonly<Record<string, Text>> = {
  'common-cause': ['Nguyên nhân chung', 'Common cause'],
  'message-flood': ['Gửi quá nhiều bản tin', 'Message flood'],
  'revoked-certificate': ['Chứng thư đã bị thu hồi', 'Revoked certificate'],
  'no-revocation-list': ['Không đọc được danh sách thu hồi', 'No revocation list'],
  'device-refused-often': ['Thiết bị bị từ chối nhiều lần', 'Device refused often'],
  'address-refused-often': ['Địa chỉ bị từ chối nhiều lần', 'Address refused often'],
  'name-scan': ['Dò tìm tên thiết bị', 'Scan for device names'],
  'unusual-rate': ['Nhịp gửi khác thường', 'Unusual rate'],
  'new-network': ['Đăng nhập từ mạng lạ', 'Sign-in from a new network'],
}

/** A value against the bound that it passed, by the kind of the condition. */
export const BOUND_WORDS = {
  above: ['trên ngưỡng {bound}', 'above {bound}'],
  below: ['dưới ngưỡng {bound}', 'below {bound}'],
  rate: ['thay đổi nhanh hơn {bound}', 'changes by more than {bound}'],
  'flat-line': ['đứng yên', 'does not move'],
  implausible: ['ngoài khoảng hợp lý (giới hạn {bound})', 'out of its plausible range (limit {bound})'],
  pattern: [
    'thường vào giờ đó trong tuần: {low}–{high} (trung vị {median} của {weeks} tuần)',
    'usual at that hour of the week: {low}–{high} (median {median} of {weeks} weeks)',
  ],
  true: ['đúng', 'true'],
  false: ['sai', 'false'],
  silence: ['không nhận được dữ liệu từ {time}', 'nothing heard since {time}'],
} as const satisfies Record<string, Text>
