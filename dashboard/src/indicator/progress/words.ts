import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  title: ['Tiến độ đến mục tiêu', 'Progress to the targets'],
  'freq.label': ['Tần suất', 'Frequency'],
  'freq.M': ['Tháng', 'Monthly'],
  'freq.Q': ['Quý', 'Quarterly'],
  'freq.A': ['Năm', 'Annual'],
  'scale.label': ['Thang đo', 'Scale'],
  'scale.targets': ['Đến mục tiêu', 'Up to the target'],
  'scale.values': ['Phóng to số liệu', 'Zoom to the values'],
  failed: ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  none: ['Chưa có số liệu để vẽ.', 'There is nothing to draw yet.'],
  chart: [
    'Đồ thị kết nối IoT bình quân đầu người theo thời gian; bảng bên dưới có cùng số liệu',
    'Chart of IoT connections per person over time; the table below has the same figures',
  ],
  'key.values': ['Số liệu', 'Figures'],
  'key.trend': ['Đường xu thế', 'Trend'],
  'key.band': ['Khi nào đạt, khoảng dự báo 95 %', 'When reached, 95 % prediction interval'],
  'key.target': ['Mục tiêu', 'Target'],
  'key.break': ['Gián đoạn chuỗi', 'Break in the series'],
  break: ['gián đoạn', 'break'],
  target: ['mục tiêu {value} ({year})', 'target {value} ({year})'],
  'reach.title': ['Khi nào đạt?', 'When will it be reached?'],
  'reach.target': ['{value} kết nối/người', '{value} per person'],
  'reach.upper': ['Mức trung bình cao trong nước', 'An upper-average level in the country'],
  'reach.by': ['hạn: hết năm {year}', 'due by the end of {year}'],
  fit: [
    'Hồi quy tuyến tính theo {points} kỳ gần nhất kể từ lần gián đoạn cuối: mỗi năm thay đổi {slope} kết nối/người (R² = {r2}). Xu thế không phải là dự báo: nó chỉ nói điều gì xảy ra nếu tốc độ hiện nay không đổi.',
    'Linear regression over the last {points} periods since the newest break: a change of {slope} per person a year (R² = {r2}). A trend is no forecast: it says what comes if the present pace holds.',
  ],
  noFit: ['Còn quá ít kỳ có số liệu để vẽ xu thế.', 'There are too few periods with figures for a trend.'],
  table: ['Bảng số liệu của đồ thị', 'The figures of the chart'],
  'col.period': ['Kỳ', 'Period'],
  'col.connections': ['Kết nối', 'Connections'],
  'col.population': ['Dân số', 'Population'],
  'col.value': ['Kết nối/người', 'Per person'],
  'col.status': ['Trạng thái', 'Status'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
