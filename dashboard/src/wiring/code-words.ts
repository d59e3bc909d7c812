import { type Text, translate } from '../text/translate.ts'

/** Why a message or value was refused, and what its sender can do about it. */
const CODES: Readonly<Record<string, Text>> = {
  not_json: [
    'Không phải JSON. Kiểm tra dấu ngoặc, dấu phẩy; NaN không hợp lệ.',
    'Not JSON. Check brackets and commas; NaN is not JSON.',
  ],
  encrypted_payload: [
    'Các byte đang mã hóa: máy chủ mạng không có khóa của thiết bị.',
    'The bytes are encrypted: the network server lacks the key of the device.',
  ],
  not_cbor: ['Bắt đầu như CBOR nhưng không phải.', 'It begins like CBOR and is none.'],
  not_protobuf: [
    'Không phải Protocol Buffers của loại mà topic này mang.',
    'No Protocol Buffers message of the kind that this topic has.',
  ],
  unsupported_feature: [
    'Bản tin cần một tính năng của định dạng mà ở đây chưa có.',
    'The message needs a feature of its format that is not known here.',
  ],
  unknown_alias: [
    'Chỉ có số thay tên, mà chưa thấy bản tin khai sinh (birth). Hãy cho thiết bị gửi lại birth.',
    'A number stands for the name, and no birth is known that gave it. Let the device send its birth.',
  ],
  too_deep: [
    'JSON lồng quá 16 tầng. Hãy gửi dạng phẳng.',
    'JSON nested deeper than 16 levels. Send it flat.',
  ],
  wrong_shape: [
    'Không thấy giá trị nào trong "values". Mẫu: {"values": {"water-flow": 1.8}}',
    'No values found in "values". Form: {"values": {"water-flow": 1.8}}',
  ],
  too_many_values: [
    'Quá 1.000 giá trị trong một bản tin. Hãy chia nhỏ.',
    'More than 1,000 values in one message. Split it.',
  ],
  unknown_quantity: [
    'Không có đại lượng tên này. Hãy cho biết nó nghĩa là gì.',
    'There is no quantity of this name. Say what it means.',
  ],
  wrong_type: [
    'Giá trị không phải là số mà đại lượng này cần.',
    'The value is not the kind that this quantity takes.',
  ],
  not_finite: ['Số vượt quá giới hạn máy tính.', 'The number is too large for a computer.'],
  out_of_range: ['Số vượt quá mọi cảm biến.', 'The number is beyond any sensor.'],
  too_many_series: [
    'Thiết bị đã có 256 chuỗi. Kênh là pha, biểu giá hoặc cổng.',
    'The device has 256 series already. Channels are phases, tariffs, ports.',
  ],
  label_too_long: ['Nhãn trạng thái dài quá 200 ký tự.', 'The state label has more than 200 characters.'],
  unit_not_convertible: [
    'Không nhận đơn vị này. Chọn đơn vị mà thiết bị thật sự dùng.',
    'This unit is not accepted. Choose the one that the device really means.',
  ],
  invalid_time: [
    'Thời gian sai. Dùng RFC 3339 có múi giờ, hoặc mili giây.',
    'The time is wrong. Use RFC 3339 with a zone, or milliseconds.',
  ],
  time_in_future: [
    'Đồng hồ thiết bị chạy trước hơn 10 phút.',
    'The clock of the device is more than 10 minutes ahead.',
  ],
  time_too_old: ['Thời gian cũ hơn hạn lưu trữ.', 'The time is older than what is kept.'],
  conflicting_value: [
    'Đã có giá trị khác cho cùng thời điểm; giá trị đầu được giữ.',
    'Another value is stored for this very time; the first one stays.',
  ],
  topic_not_allowed: ['Thiết bị không được gửi lên topic này.', 'The device may not publish to this topic.'],
  no_codec: [
    'Không có bộ giải mã cho topic này. Chọn hồ sơ cho thiết bị hoặc thêm ánh xạ.',
    'No codec reads this topic. Give the device a profile, or the topic a mapping.',
  ],
  source_not_allowed: [
    'Bản tin nói thay một thiết bị mà người gửi không được phép.',
    'It speaks for a device that its sender may not speak for.',
  ],
  device_held: [
    'Thiết bị sau cổng đang chờ duyệt. Hãy duyệt, rồi phát lại.',
    'A device behind the gateway waits for approval. Approve it, then replay.',
  ],
  too_many_children: [
    'Cổng đã đưa vào đủ số thiết bị cho phép.',
    'The gateway has brought as many devices as it may.',
  ],
  decoder_failed: [
    'Bộ giải mã của hồ sơ không đọc được các byte này.',
    "The decoder of the device's profile could not read the bytes.",
  ],
  mapping_failed: ['Ánh xạ không đọc được bản tin này.', 'The mapping could not read this message.'],
  payload_too_large: [
    'Bản tin lớn hơn 256 KiB. Hãy chia nhỏ.',
    'The message is larger than 256 KiB. Split it.',
  ],
  invalid_reply: [
    'Trả lời lệnh không đúng dạng {"id", "status": "done" hoặc "failed", "detail"?}.',
    'The answer to a command has not the form {"id", "status": "done" or "failed", "detail"?}.',
  ],
  unknown_command: [
    'Thiết bị trả lời một lệnh chưa từng được gửi cho nó.',
    'The device answers a command that was never sent to it.',
  ],
  device_retired: ['Thiết bị đã ngừng sử dụng.', 'The device was retired.'],
  refused_by_database: ['Cơ sở dữ liệu từ chối giá trị.', 'The database refused the value.'],
}

export const CODE_NAMES: readonly string[] = Object.keys(CODES)

export function codeText(code: string): string {
  const text = CODES[code]
  return text === undefined ? code : translate(text)
}
