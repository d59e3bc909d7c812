import { type Text, translate } from '../text/translate.ts'

/** Why somebody was turned away at the door, and what to do about it. */
const REASONS: Readonly<Record<string, Text>> = {
  no_credentials: [
    'Thiếu tên đăng nhập hoặc mật khẩu: tên là mã thiết bị, mật khẩu là mật khẩu của nó.',
    'User name or password is missing: the name is the device id, the password its secret.',
  ],
  unknown_user: [
    'Không có thiết bị tên này: hãy thêm thiết bị, hoặc xem lại chính tả.',
    'There is no device of this name: add it, or look for a typing error.',
  ],
  wrong_password: [
    'Sai mật khẩu: xem có thừa ký tự xuống dòng không, hoặc đổi mật khẩu mới.',
    'Wrong password: look for a trailing newline, or make a new secret.',
  ],
  wrong_token: [
    'Mã truy cập không còn hiệu lực: hãy xin mã mới.',
    'The token is not in force: ask for another.',
  ],
  device_retired: [
    'Thiết bị đã ngừng sử dụng: hãy đăng ký mã mới.',
    'The device was retired: register it under another id.',
  ],
  client_id_not_allowed: [
    'Sai client id: phải là mã thiết bị, hoặc mã:hậu-tố.',
    'Wrong client id: it must be the device id, or the id with :suffix.',
  ],
  will_not_allowed: [
    'Di chúc (will) đặt sai topic: dùng devices/<mã>/status.',
    'The will has a topic that is not its own: use devices/<id>/status.',
  ],
  publish_not_allowed: [
    'Gửi lên topic không phải của nó: dùng devices/<mã>/readings.',
    'Published to a topic that is not its own: use devices/<id>/readings.',
  ],
  subscribe_not_allowed: [
    'Đăng ký nghe topic không phải của nó: chỉ dưới devices/<mã>/.',
    'Subscribed to a topic that is not its own: below devices/<id>/ only.',
  ],
  mqtt5: ['Máy gửi dùng MQTT 5: hãy đặt 3.1.1.', 'The client speaks MQTT 5: set it to 3.1.1.'],
  tls_handshake: [
    'Bắt tay TLS thất bại: sai cổng, hoặc thiết bị chưa tin CA.',
    'The TLS handshake failed: wrong port, or the device does not trust the CA.',
  ],
  bad_connect: [
    'Gói đầu tiên không phải CONNECT của MQTT 3.1.1: có đúng cổng không?',
    'The first packet is no CONNECT of MQTT 3.1.1: is it the right port?',
  ],
  connect_timeout: [
    'Đã nối nhưng không gửi CONNECT: mạng đứt, hoặc không phải thiết bị MQTT.',
    'Connected, and sent no CONNECT: a broken link, or no MQTT device.',
  ],
  guessing: [
    'Đăng nhập sai quá nhiều lần: hãy sửa lỗi ở các dòng trước rồi đợi.',
    'Too many sign-ins failed: mend what the earlier lines say, and wait.',
  ],
  too_many_messages: [
    'Gửi quá nhanh so với giới hạn của nền tảng.',
    'Sends faster than the platform allows.',
  ],
  certificate_missing: [
    'Thiếu chứng chỉ của thiết bị cho MQTT qua TLS.',
    'The certificate of the device for MQTT over TLS is missing.',
  ],
  certificate_mismatch: [
    'Chứng chỉ và tên đăng nhập không cùng một thiết bị.',
    'Certificate and user name are not of the same device.',
  ],
  certificate_expired: [
    'Chứng chỉ hết hạn hoặc chưa có hiệu lực.',
    'The certificate is expired, or not valid yet.',
  ],
}

/** Null: this page has no words for it; those of the platform then stand. */
export function reasonText(reason: string): string | null {
  const text = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined
  return text === undefined ? null : translate(text)
}
