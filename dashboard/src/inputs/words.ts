import { type Fill, type Text, translate } from '../text/translate.ts'

const WORDS = {
  title: ['Số liệu đầu vào của chỉ tiêu', 'Inputs of the indicator'],
  about: [
    'Mọi số liệu đều giữ nguồn và thời điểm ghi. Nhập lại một giá trị khác là một lần hiệu chỉnh: số cũ vẫn còn và các lần công bố trước không đổi. Để rút một mục, nhập lại dòng đó với cột “Rút lại”.',
    'Each entry keeps its source and when it was recorded. A different value entered again is a revision: the old one stays, and earlier releases do not change. To withdraw an entry, send its row with the column “withdrawn”.',
  ],
  toIndicator: ['Xem chỉ tiêu', 'See the indicator'],
  kinds: ['Loại số liệu', 'Kind of data'],
  readOnly: [
    'Chỉ xem: vai trò {role} không nhập được loại số liệu này.',
    'To look at: the role {role} may not enter this kind.',
  ],
  template: ['Tệp mẫu:', 'Template:'],

  'kind.populations': ['Dân số', 'Populations'],
  'about.populations': [
    'Mẫu số: dân số theo địa bàn, năm và loại (trung bình, tổng điều tra, đăng ký…), kèm nguồn.',
    'The denominator: population by area, year and basis (average, census, registered…), with its source.',
  ],
  'kind.reported-connections': ['Báo cáo của nhà mạng', 'Operators’ reports'],
  'about.reported-connections': [
    'Số thuê bao M2M do nhà mạng báo cáo cuối kỳ, và bao nhiêu trong đó đã có trên nền tảng.',
    'Machine-to-machine subscriptions as operators reported them, and how many of them are on the platform.',
  ],
  'kind.reported-sims': ['SIM trong báo cáo', 'SIMs reported'],
  'about.reported-sims': [
    'SIM nào nằm trong báo cáo của nhà mạng, để không đếm hai lần. Chỉ lưu mã băm, không bao giờ hiện lại.',
    'Which SIMs an operator’s report counts, so that none is counted twice. Kept as digests, never shown again.',
  ],
  'kind.crosswalks': ['Chuyển đổi địa giới', 'Crosswalks'],
  'about.crosswalks': [
    'Đơn vị cũ nào thành đơn vị mới nào, với tỷ trọng dân số khi chỉ một phần.',
    'Which former area became which new one, with the share of population where only a part did.',
  ],
  'kind.targets': ['Mục tiêu', 'Targets'],
  'about.targets': [
    'Mức phải đạt và thời hạn, theo văn bản nào.',
    'What is to be reached by when, and by which document.',
  ],
  'kind.comparators': ['Số liệu so sánh', 'Comparators'],
  'about.comparators': [
    'Số của các địa phương khác và cả nước, để xếp hạng và đánh giá mức trung bình cao.',
    'Figures of other localities and of the country, for the rank and the upper average.',
  ],
  'kind.activity': ['Hoạt động của thiết bị', 'Activity of devices'],
  'about.activity': [
    'Ngày hoạt động của thiết bị trước khi có nền tảng này, để tính được các kỳ đã qua.',
    'On which days devices were active before this platform was there, so that past periods can be counted.',
  ],
  'kind.sims': ['SIM/eSIM của thiết bị', 'SIMs of devices'],
  'about.sims': [
    'SIM nào ở thiết bị nào, từ ngày nào đến ngày nào. Chỉ lưu mã băm của ICCID.',
    'Which SIM was in which device, from when to when. Only digests of ICCIDs are kept.',
  ],
  'kind.device-areas': ['Địa bàn của thiết bị', 'Areas of devices'],
  'about.device-areas': [
    'Thiết bị ở địa bàn nào, từ ngày nào.',
    'In which area a device stood, and since when.',
  ],

  'upload.title': ['Nhập từ tệp', 'Upload a file'],
  'upload.file': ['Chọn tệp CSV hoặc Excel (.xlsx)…', 'Choose a CSV or Excel file (.xlsx)…'],
  'upload.noFile': ['chưa chọn tệp', 'no file chosen'],
  'upload.check': ['Kiểm tra', 'Check'],
  'upload.busy': ['Đang kiểm tra…', 'Checking…'],
  'upload.storing': ['Đang ghi…', 'Storing…'],
  'upload.first': [
    'Bước 1: kiểm tra. Chưa ghi gì cho đến khi bạn xác nhận.',
    'Step 1: check. Nothing is stored until you confirm.',
  ],
  'upload.none': ['Hãy chọn một tệp.', 'Choose a file first.'],
  'upload.confirm': ['Ghi {count} dòng', 'Store {count} rows'],
  'upload.stored': [
    'Đã ghi: {new} dòng mới, {revisions} hiệu chỉnh. {unchanged} dòng đã có sẵn.',
    'Stored: {new} new, {revisions} revisions. {unchanged} were there already.',
  ],

  'preview.title': ['Bước 2: xem trước', 'Step 2: preview'],
  'preview.rows': ['{name}: {count} dòng', '{name}: {count} rows'],
  'preview.fault': [
    'Tệp có {count} dòng sai. Không ghi dòng nào cả: hãy sửa tệp rồi kiểm tra lại.',
    '{count} rows are faulty. Nothing will be stored: correct the file and check it again.',
  ],
  'preview.good': ['Tệp hợp lệ. Hãy đọc lại rồi xác nhận.', 'The file is valid. Read it over, then confirm.'],
  'preview.nothing': [
    'Mọi dòng đã có sẵn: không có gì để ghi.',
    'Every row is there already: there is nothing to store.',
  ],
  'preview.cut': ['và {count} dòng nữa không hiện ở đây', 'and {count} more rows not shown here'],
  'preview.warnings': ['Lưu ý', 'To be noted'],
  'col.row': ['Dòng', 'Row'],
  'col.verdict': ['Kết quả', 'Verdict'],
  'col.field': ['Cột', 'Column'],
  'col.detail': ['Chi tiết', 'Detail'],
  'col.change': ['Thay đổi', 'Change'],
  'verdict.new': ['Mới', 'New'],
  'verdict.unchanged': ['Đã có', 'Unchanged'],
  'verdict.revision': ['Hiệu chỉnh', 'Revision'],
  'verdict.fault': ['Sai', 'Fault'],
  wholeFile: ['cả tệp', 'the file'],

  'known.title': ['Đã có', 'On record'],
  'known.count': ['{count} mục', '{count} entries'],
  'known.none': ['Chưa có mục nào.', 'There are none yet.'],
  'known.failed': ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  'known.search': ['Tìm trong danh sách', 'Search the list'],
  'known.more': ['Hiện thêm', 'Show more'],
  yes: ['có', 'yes'],
  no: ['không', 'no'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
