import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  title: ['Tải số liệu đang xem', 'Download this view'],
  scope: [
    'Mọi tệp đều mang theo kỳ, phạm vi, phiên bản số liệu và trạng thái đang chọn ở trên.',
    'Each file carries the period, coverage, vintage and status chosen above.',
  ],
  all: ['Tất cả địa bàn', 'All areas'],
  one: ['Chỉ {name}', 'Only {name}'],
  'scope.label': ['Địa bàn trong tệp', 'Areas in the file'],
  'csv.name': ['CSV', 'CSV'],
  'csv.for': [
    'Mở bằng Excel, R, Python: mỗi dòng một số liệu (RFC 4180, UTF-8).',
    'For Excel, R, Python: one figure a row (RFC 4180, UTF-8).',
  ],
  'xlsx.name': ['Excel (XLSX)', 'Excel (XLSX)'],
  'xlsx.for': [
    'Cho báo cáo và công văn: có kèm trang phương pháp luận.',
    'For reports and letters: with a sheet of the methodology.',
  ],
  'sdmx-csv.name': ['SDMX-CSV 2.0', 'SDMX-CSV 2.0'],
  'sdmx-csv.for': [
    'Trao đổi với cơ quan thống kê: đủ chiều, trạng thái và thuộc tính.',
    'To exchange with statistical offices: all dimensions, statuses and attributes.',
  ],
  'sdmx-json.name': ['SDMX-JSON 2.0', 'SDMX-JSON 2.0'],
  'sdmx-json.for': [
    'Cho phần mềm đọc SDMX, kèm cấu trúc.',
    'For software that reads SDMX, with the structure.',
  ],
  'json-stat.name': ['JSON-stat 2.0', 'JSON-stat 2.0'],
  'json-stat.for': ['Cho PxWeb, Eurostat và các công cụ biểu đồ.', 'For PxWeb, Eurostat and charting tools.'],
  'json.name': ['JSON', 'JSON'],
  'json.for': ['Cho lập trình viên: như API trả lời.', 'For programmers: as the API answers.'],
  'services.title': ['Dịch vụ SDMX', 'SDMX services'],
  'data.name': ['Dữ liệu (SDMX REST)', 'Data (SDMX REST)'],
  'data.for': [
    'Địa chỉ ổn định để máy đọc lấy số liệu định kỳ.',
    'A stable address for machines that fetch regularly.',
  ],
  'structure.name': [
    'Cấu trúc: luồng dữ liệu, định nghĩa, danh mục mã',
    'Structure: dataflow, definition, code lists',
  ],
  'structure.for': ['Nghĩa của từng chiều và từng mã.', 'What each dimension and each code means.'],
  'catalogue.name': ['Mục lục DCAT-AP', 'DCAT-AP catalogue entry'],
  'catalogue.for': [
    'Để cổng dữ liệu mở đưa bộ số liệu này vào danh mục.',
    'For open-data portals to list this data set.',
  ],
  'report.title': ['Báo cáo năm', 'The yearly report'],
  'report.for': [
    'Trang in được ra PDF: bảng, bản đồ, phương pháp và thay đổi so với năm trước.',
    'A page that prints to PDF: tables, map, method, and changes since the year before.',
  ],
  'report.vi': ['Báo cáo năm {year} (tiếng Việt)', 'Report of {year} (Vietnamese)'],
  'report.en': ['Báo cáo năm {year} (tiếng Anh)', 'Report of {year} (English)'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
