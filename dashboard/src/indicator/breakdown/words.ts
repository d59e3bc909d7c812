import { type Fill, type Text, translate } from '../../text/translate.ts'

const WORDS = {
  'title.access': ['Theo công nghệ', 'By technology'],
  'title.class': ['Theo loại kết nối', 'By class of connection'],
  'title.domain': ['Theo lĩnh vực', 'By domain'],
  'col.name': ['Nhóm', 'Group'],
  'col.connections': ['Kết nối', 'Connections'],
  'col.share': ['Tỷ trọng', 'Share'],
  'col.value': ['Kết nối/người', 'Per person'],
  'col.status': ['Trạng thái', 'Status'],
  how: ['Cách tính: {name}', 'How computed: {name}'],
  failed: ['Chưa tải được: {detail}', 'Could not be loaded: {detail}'],
  none: ['Không có kết nối nào.', 'There are no connections.'],
  withheld: ['không công bố', 'withheld'],
  'withheld.C': ['bảo mật', 'confidential'],
  'withheld.D': ['bảo mật thứ cấp', 'secondary'],
  'withheld.why': [
    'Ô gạch chéo không được công bố: có quá ít kết nối hoặc chủ sở hữu (bảo mật), hoặc vì từ nó và tổng số có thể suy ra một ô như vậy (bảo mật thứ cấp). Không công bố không có nghĩa là bằng 0.',
    'Hatched cells are withheld: too few connections or owners (confidential), or such a cell could be derived from them and the total (secondary confidentiality). Withheld does not mean zero.',
  ],
  gateways: [
    'Cổng kết nối là hạ tầng: được nêu riêng và không tính vào tổng.',
    'Gateways are infrastructure: shown apart, and no part of the total.',
  ],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS, fill: Fill = {}): string => translate(WORDS[key], fill)
