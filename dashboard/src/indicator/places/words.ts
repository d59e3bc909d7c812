import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  'map.label': ['Bản đồ theo xã, phường', 'Map by commune'],
  'map.loading': ['Đang vẽ bản đồ…', 'Drawing the map…'],
  'map.failed': [
    'Trình duyệt không vẽ được bản đồ (cần WebGL). Bảng bên cạnh có đủ số liệu.',
    'This browser cannot draw the map (it needs WebGL). The table beside it has it all.',
  ],
  'map.title': ['Bản đồ kết nối IoT bình quân đầu người', 'Map of IoT connections per person'],
  'map.noShapes': [
    'Kỳ này thuộc hệ thống địa giới trước đây, không có ranh giới để vẽ; xem bảng.',
    'This period belongs to an earlier geography, whose borders are not at hand; see the table.',
  ],
  'legend.title': ['Kết nối/người, theo ngũ phân vị', 'Connections per person, by quintile'],
  'legend.class': ['{low} – {high}', '{low} – {high}'],
  'legend.count': ['{count} đơn vị', '{count} areas'],
  'legend.withheld': ['không công bố', 'withheld'],
  'legend.missing': ['chưa có số liệu', 'no figure'],
  'legend.chosen': ['đang chọn', 'chosen'],
  'table.title': ['Xếp hạng', 'Ranking'],
  'table.none': ['Chưa có số liệu theo xã, phường.', 'There are no figures by commune.'],
  'table.failed': ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  'col.rank': ['Hạng', 'Rank'],
  'col.name': ['Địa bàn', 'Area'],
  'col.value': ['Kết nối/người', 'Per person'],
  'col.parts': ['Kết nối / dân số', 'Connections / people'],
  'col.group': ['Nhóm tứ phân vị', 'Quartile group'],
  'col.status': ['Trạng thái', 'Status'],
  'col.how': ['Cách tính', 'How'],
  how: ['Cách tính số của {name}', 'How the figure of {name} was computed'],
  withheld: ['không công bố', 'withheld'],
  unranked: [
    'Đang lọc theo công nghệ, loại hoặc lĩnh vực: thứ hạng chỉ tính cho tổng số.',
    'Filtered by technology, class or domain: ranks are of the totals only.',
  ],
  'national.title': ['So với các địa phương trong nước', 'Among the country’s localities'],
  'national.none': [
    'Chưa nhập số liệu của các địa phương khác, nên chưa so sánh được.',
    'No figures of other localities have been entered, so there is nothing to compare with.',
  ],
  'national.rank': ['Hạng {rank} trên {of} địa phương', 'Rank {rank} of {of} localities'],
  'national.average': ['Cả nước: {value}', 'Whole country: {value}'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
