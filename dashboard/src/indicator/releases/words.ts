import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  title: ['Các lần công bố', 'Releases'],
  none: [
    'Chưa có lần công bố nào: mọi số liệu đang được tính trực tiếp và có thể thay đổi.',
    'Nothing has been published yet: all figures are computed live and may change.',
  ],
  failed: ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  'col.published': ['Công bố', 'Published'],
  'col.kind': ['Loại', 'Kind'],
  'col.periods': ['Kỳ', 'Periods'],
  'col.reason': ['Lý do', 'Reason'],
  'col.inputs': ['Dữ liệu vào (SHA-256)', 'Inputs (SHA-256)'],
  'col.id': ['Lần', 'Release'],
  'kind.ROUTINE': ['Định kỳ', 'Routine'],
  'kind.MAJOR': ['Thay đổi lớn về phương pháp', 'Major revision'],
  'kind.CORRECTION': ['Đính chính', 'Correction'],
  final: ['chính thức', 'final'],
  provisional: ['sơ bộ', 'provisional'],
  show: ['Xem số liệu của lần này', 'Show the figures of this one'],

  'compare.title': ['So sánh hai lần công bố', 'Compare two releases'],
  'compare.before': ['Trước', 'Before'],
  'compare.after': ['Sau', 'After'],
  'compare.need': ['Cần ít nhất hai lần công bố để so sánh.', 'It takes two releases to compare.'],
  'compare.same': ['Không có số nào thay đổi.', 'No figure changed.'],
  'compare.count': ['{count} số liệu thay đổi', '{count} figures changed'],
  'compare.new': ['mới', 'new'],
  'compare.gone': ['không còn', 'gone'],
  'compare.more': ['Hiện thêm', 'Show more'],
  'change.area': ['Địa bàn', 'Area'],
  'change.what': ['Chỉ tiêu', 'Figure'],
  'change.before': ['Trước', 'Before'],
  'change.after': ['Sau', 'After'],
  'change.why': ['Vì sao', 'Why'],

  'publish.title': ['Công bố', 'Publish'],
  'publish.about': [
    'Công bố là cố định số liệu và dữ liệu vào của nó: về sau không sửa được, chỉ công bố lần mới.',
    'Publishing fixes the figures and their inputs: nothing of it can be changed afterwards, only published anew.',
  ],
  'publish.periods': ['Kỳ công bố', 'Periods'],
  'publish.periodsHint': [
    'Cách nhau bằng dấu phẩy: 2025, 2025-Q4, 2025-12',
    'By commas: 2025, 2025-Q4, 2025-12',
  ],
  'publish.kind': ['Loại', 'Kind'],
  'publish.isFinal': ['Số chính thức (không chọn: sơ bộ)', 'Final figures (otherwise provisional)'],
  'publish.reason': ['Lý do, cho người đọc', 'Reason, for the reader'],
  'publish.reasonHint': [
    'Ví dụ: dân số trung bình năm 2025 đã được công bố.',
    'Such as: the average population of 2025 has been published.',
  ],
  'publish.required': ['Cần điền kỳ và lý do.', 'Takes periods and a reason.'],
  'publish.try': ['Xem trước', 'Preview'],
  'publish.busy': ['Đang tính…', 'Computing…'],
  'publish.preview': ['Sẽ công bố', 'What would be published'],
  'publish.confirm': ['Công bố {periods}', 'Publish {periods}'],
  'publish.cancel': ['Thôi', 'Cancel'],
  'publish.done': ['Đã công bố: {id}.', 'Published: {id}.'],
  'publish.unchanged': ['Không khác lần công bố trước.', 'Nothing differs from the release before.'],
  'publish.figures': ['{count} số liệu', '{count} figures'],

  'calendar.title': ['Lịch công bố', 'Release calendar'],
  'calendar.none': ['Chưa có lịch công bố.', 'No release is planned.'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
