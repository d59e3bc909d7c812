import { type Fill, type Text, translate } from '../text/translate.ts'

/** Vietnamese, English: what only the system page says. */
const WORDS = {
  'page.title': ['Tình trạng hệ thống', 'State of the system'],
  'page.loading': ['Đang hỏi máy chủ…', 'Asking the server…'],
  'page.asOf': ['Số liệu lúc {time}', 'As of {time}'],
  'page.stale': [
    'Máy chủ không trả lời: số liệu bên dưới là của lúc {time}. Trang tự hỏi lại.',
    'The server does not answer: what stands below is of {time}. The page keeps asking.',
  ],
  'page.refused': ['Không xem được: {detail}', 'Not shown: {detail}'],
  'page.warnings': ['Máy chủ báo', 'The server says'],
  'overall.good': ['Mọi phần đều tốt', 'All parts are well'],
  'overall.attention': ['{count} phần cần chú ý', '{count} parts need attention'],
  'overall.bad': ['{count} phần hỏng hoặc cần chú ý', '{count} parts are bad or need attention'],
  'state.unused': ['Không dùng', 'Not in use'],
  'state.good': ['Tốt', 'Good'],
  'state.attention': ['Chú ý', 'Attention'],
  'state.bad': ['Hỏng', 'Bad'],
  'card.intake': ['Luồng vào', 'Intake'],
  'card.lag': ['Độ trễ', 'Lag'],
  'card.queue': ['Hàng chờ ghi', 'Waiting to be stored'],
  'card.spool': ['Bộ đệm trên đĩa', 'Spool on disk'],
  'card.database': ['Cơ sở dữ liệu', 'Database'],
  'card.rejections': ['Bị từ chối, 1 giờ qua', 'Rejections, last hour'],
  'card.connections': ['Phiên kết nối', 'Sessions'],
  'card.upstreams': ['Nguồn từ máy chủ khác', 'Upstreams'],
  'card.channels': ['Kênh thông báo', 'Notification channels'],
  'card.process': ['Tiến trình', 'Process'],
  'spark.label': [
    '{name} trong 1 giờ qua: cao nhất {max}, bây giờ {last}',
    '{name} in the last hour: highest {max}, now {last}',
  ],
  'spark.none': ['Chưa đủ số liệu cho biểu đồ', 'Not enough yet for a curve'],
  'spark.hour': ['1 giờ qua · cao nhất {max}', 'last hour · highest {max}'],
  'rates.perSecond': ['mỗi giây', 'per second'],
  'rates.s10': ['10 giây', '10 s'],
  'rates.m1': ['1 phút', '1 min'],
  'rates.m5': ['5 phút', '5 min'],
  'rates.messages': ['Bản tin', 'Messages'],
  'rates.observations': ['Giá trị', 'Values'],
  'rates.acknowledged': ['Đã xác nhận', 'Acknowledged'],
  'lag.oldestNow': ['Bản tin chờ xác nhận lâu nhất', 'Oldest unacknowledged message'],
  'lag.p50': ['Ghi vào CSDL, một nửa trong', 'Commit, half within'],
  'lag.p95': ['Ghi vào CSDL, 95 % trong', 'Commit, 95 % within'],
  'lag.rulesWaiting': ['Giá trị chờ xét cảnh báo', 'Values that rules have not seen'],
  'lag.none': ['Không có', 'None'],
  'queue.used': ['Đang chờ', 'Waiting'],
  'queue.max': ['Giới hạn', 'Bound'],
  'spool.off': [
    'Không dùng: CSDL nằm ngay trong tiến trình, hoặc SPOOL_MEGABYTES_MAX = 0.',
    'Not in use: the database is in the process, or SPOOL_MEGABYTES_MAX is 0.',
  ],
  'spool.messages': ['Bản tin', 'Messages'],
  'spool.oldest': ['Cũ nhất', 'Oldest'],
  'spool.drain': ['Đang đẩy vào CSDL', 'Draining'],
  'spool.perSecond': ['{rate} bản tin/giây', '{rate} messages/s'],
  'spool.notDraining': ['Không', 'No'],
  'database.embedded': ['Nhúng trong tiến trình', 'In the process'],
  'database.server': ['Máy chủ PostgreSQL', 'PostgreSQL server'],
  'database.kind': ['Loại', 'Kind'],
  'database.size': ['Dung lượng', 'Size'],
  'database.answer': ['Trả lời trong', 'Answers within'],
  'database.rollup': ['Tổng hợp {resolution} đến', 'Rollup {resolution} up to'],
  'database.none': ['chưa có', 'nothing yet'],
  'rejections.none': ['Không có gì bị từ chối.', 'Nothing was rejected.'],
  'rejections.link': ['Xem và sửa ở bàn đấu nối', 'See and mend on the wiring bench'],
  'rejections.more': ['và {count} lý do khác', 'and {count} more reasons'],
  'connections.devices': ['Thiết bị đang kết nối', 'Connected devices'],
  'connections.streams': ['Màn hình đang theo dõi', 'Screens that follow'],
  'connections.refusedTotal': ['Bị chặn ở cửa, 1 giờ qua', 'Refused at the door, last hour'],
  'connections.link': ['Xem ai bị chặn', 'See who was refused'],
  'upstreams.none': ['Chưa nối với máy chủ MQTT nào khác.', 'No foreign broker is connected.'],
  'upstream.connected': ['đã nối', 'connected'],
  'upstream.connecting': ['đang nối', 'connecting'],
  'upstream.failing': ['lỗi', 'failing'],
  'channels.none': [
    'Chưa có kênh nào: khi không ai nhìn màn hình thì không ai được báo.',
    'There is none: nobody is told while nobody looks at a screen.',
  ],
  'channels.unknown': ['Chưa hỏi được CSDL.', 'The database has not been asked yet.'],
  'channel.fine': ['gửi được', 'delivers'],
  'channel.off': ['đang tắt', 'off'],
  'channel.failing': ['{count} tin chưa gửi được', '{count} not taken yet'],
  'channel.givenUp': ['{count} tin đã bỏ trong 24 giờ', '{count} given up within 24 h'],
  'process.memory': ['Bộ nhớ', 'Memory'],
  'process.heap': ['Trong đó JavaScript', 'Of which JavaScript'],
  'process.loop': ['Vòng lặp sự kiện trễ', 'Event loop late by'],
  'process.uptime': ['Chạy từ', 'Running since'],
  'process.version': ['Phiên bản', 'Version'],
  'advice.intake.refused': [
    'Không nhận được bản tin. Xem lý do máy chủ báo ở đầu trang.',
    'Nothing is taken in. The reason stands at the top of the page.',
  ],
  'advice.intake.none': [
    'Không có bản tin nào trong 5 phút. Kiểm tra mạng tới thiết bị và cổng MQTT.',
    'No message for 5 minutes. Check the network to the devices and the MQTT port.',
  ],
  'advice.lag.oldest': [
    'Có bản tin chờ {amount} giây mà chưa ghi xong. Kiểm tra CSDL và ổ đĩa.',
    'A message has waited {amount} s to be stored. Check the database and the disk.',
  ],
  'advice.lag.commits': [
    'Ghi vào CSDL chậm ({amount} ms). Kiểm tra ổ đĩa và tải của máy.',
    'Commits are slow ({amount} ms). Check the disk and the load of the machine.',
  ],
  'advice.lag.rules': [
    'Cảnh báo đến muộn: {amount} giá trị chưa được xét. Nếu kéo dài, giảm số quy tắc hoặc thêm CPU.',
    'Alarms come late: {amount} values wait for the rules. If it lasts, use fewer rules or more CPU.',
  ],
  'advice.lag.rulesSkip': [
    'Quá nhiều giá trị chờ xét ({amount}): chỉ giá trị mới nhất được xét, cảnh báo ngắn có thể bị sót.',
    'Too much waits for the rules ({amount}): only newest values are looked at, short alarms may be missed.',
  ],
  'advice.queue.nearlyFull': [
    'Đầy {amount} %: CSDL không theo kịp. Kiểm tra CSDL, ổ đĩa; đầy thì thiết bị phải chờ.',
    '{amount} % full: the database falls behind. Check it and the disk; when full, senders wait.',
  ],
  'advice.queue.full': [
    'Đầy {amount} %: thiết bị đang phải chờ. Kiểm tra CSDL ngay; chưa có gì bị mất.',
    '{amount} % full: senders wait. Check the database now; nothing is lost yet.',
  ],
  'advice.spool.filling': [
    'CSDL không trả lời, bản tin được giữ trên đĩa (đầy {amount} %). Khởi động lại CSDL.',
    'The database is away, messages are kept on disk ({amount} % full). Bring the database back.',
  ],
  'advice.spool.draining': [
    'CSDL đã trở lại, đang đẩy dần vào. Không cần làm gì.',
    'The database is back and takes what waited. Nothing to do.',
  ],
  'advice.spool.nearlyFull': [
    'Đầy {amount} %: khôi phục CSDL trước khi hết chỗ, hoặc tăng SPOOL_MEGABYTES_MAX.',
    '{amount} % full: bring the database back before it is full, or raise SPOOL_MEGABYTES_MAX.',
  ],
  'advice.spool.full': [
    'Bộ đệm đã đầy: thiết bị phải chờ. Khôi phục CSDL ngay.',
    'The spool is full: senders wait. Bring the database back now.',
  ],
  'advice.database.away': [
    'CSDL không trả lời. Kiểm tra máy chủ CSDL, mạng và DATABASE_URL.',
    'The database does not answer. Check its server, the network and DATABASE_URL.',
  ],
  'advice.database.slow': [
    'CSDL trả lời chậm ({amount} ms). Kiểm tra tải và ổ đĩa của máy CSDL.',
    'The database answers slowly ({amount} ms). Check its load and disk.',
  ],
  'advice.database.rollups': [
    'Bảng tổng hợp cập nhật trễ: biểu đồ dài ngày mở chậm hơn, số liệu vẫn đúng. Xem nhật ký.',
    'Rollups are behind: long curves open more slowly, figures stay right. See the log.',
  ],
  'advice.database.plain': [
    'PostgreSQL không có TimescaleDB: chỉ để thử, không dùng lâu dài.',
    'PostgreSQL without TimescaleDB: for trials, not to stay.',
  ],
  'advice.rejections.some': [
    '{amount} giá trị bị từ chối. Xem lý do bên dưới và sửa ở thiết bị.',
    '{amount} values were rejected. See why below, and mend it at the device.',
  ],
  'advice.rejections.many': [
    '{amount} % giá trị bị từ chối. Xem lý do bên dưới; sửa xong có thể phát lại.',
    '{amount} % of the values are rejected. See why below; once mended they can be replayed.',
  ],
  'advice.connections.refused': [
    '{amount} lần bị chặn: thiết bị sai mật khẩu, hoặc có kẻ dò. Xem danh sách bị chặn.',
    'Refused {amount} times: devices with a wrong secret, or somebody guesses. See the list.',
  ],
  'advice.upstreams.failing': [
    '{amount} nguồn bị lỗi: dữ liệu từ đó không vào. Xem mã lỗi bên dưới.',
    '{amount} upstreams fail: their data does not come in. The code stands below.',
  ],
  'advice.upstreams.connecting': ['{amount} nguồn đang nối lại.', '{amount} upstreams are connecting.'],
  'advice.channels.failing': [
    '{amount} thông báo chưa gửi được, sẽ thử lại. Kiểm tra nơi nhận.',
    '{amount} notifications were not taken; they are tried again. Check the receiver.',
  ],
  'advice.channels.givenUp': [
    '{amount} thông báo đã bỏ sau 8 lần thử: người trực có thể chưa biết. Gọi điện, rồi sửa kênh.',
    '{amount} notifications were given up after 8 tries: the duty may not know. Call them, then mend the channel.',
  ],
  'advice.process.busy': [
    'Tiến trình bận, trả lời chậm {amount} ms. Máy quá tải: giảm tải hoặc thêm CPU.',
    'The process is busy, {amount} ms late. The machine is overloaded: less load, or more CPU.',
  ],
} as const satisfies Record<string, Text>

export type WordKey = keyof typeof WORDS

/** The text in the chosen language. */
export function w(key: WordKey, fill: Fill = {}): string {
  return translate(WORDS[key], fill)
}

/** Of a verdict. */
export function adviceText(advice: string, amount: string): string {
  const text = (WORDS as Readonly<Record<string, Text>>)[`advice.${advice}`]
  return text === undefined ? advice : translate(text, { amount })
}
