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
    'Đang lọc: thứ hạng chỉ tính cho tổng số của thiết bị trên nền tảng.',
    'Filtered: ranks are of the totals of the platform only.',
  ],
  otherCoverage: [
    'Thứ hạng chỉ tính cho thiết bị trên nền tảng; địa bàn mà nhà mạng không báo cáo riêng thì không có số ở phạm vi này.',
    'Ranks are of the platform only; areas that operators do not report by themselves have no figure of this coverage.',
  ],
  'national.title': ['So với các địa phương trong nước', 'Among the country’s localities'],
  'national.none': [
    'Chưa nhập số liệu của các địa phương khác, nên chưa so sánh được.',
    'No figures of other localities have been entered, so there is nothing to compare with.',
  ],
  'national.rank': ['Hạng {rank} trên {of} địa phương', 'Rank {rank} of {of} localities'],
  'national.met': [
    'Đạt mức trung bình cao: thuộc nửa trên của các địa phương.',
    'At an upper-average level: in the upper half of the localities.',
  ],
  'national.notMet': [
    'Chưa đạt mức trung bình cao: thuộc nửa dưới của các địa phương.',
    'Not at an upper-average level: in the lower half of the localities.',
  ],
  'national.above': ['cao hơn bình quân cả nước {percent} %', '{percent} % above the national average'],
  'national.below': ['thấp hơn bình quân cả nước {percent} %', '{percent} % below the national average'],
  'national.m2m': [
    'so theo thuê bao M2M trên 100 dân, vì các nơi khác chỉ công bố số này',
    'by M2M subscriptions per 100 inhabitants, for others publish only those',
  ],
  'national.sources': ['nguồn: {sources}', 'sources: {sources}'],
  'national.average': ['Cả nước: {value}', 'Whole country: {value}'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
