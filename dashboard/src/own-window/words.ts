import { type Text, translate } from '../text/translate.ts'

const WORDS = {
  from: ['Từ', 'From'],
  to: ['Đến', 'To'],
  show: ['Xem', 'Show'],
} as const satisfies Record<string, Text>

export const w = (key: keyof typeof WORDS): string => translate(WORDS[key])
