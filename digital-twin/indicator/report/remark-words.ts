import type { Lang } from './content.ts'

/** What comments of figures are made of, which are in English for machines everywhere. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^also (.+)$/, 'kèm mã trạng thái $1'],
  [/^break: geography, before it (.+)$/, 'gián đoạn chuỗi do đổi địa giới; trước đó: $1'],
  [/^break: method, before it (.+)$/, 'gián đoạn chuỗi do đổi phương pháp; trước đó: $1'],
  [/^nobody was heard on (.+)$/, 'ngày nền tảng không nhận được số liệu nào: $1'],
  [/^a lower bound: (.+) left out, as .+$/, 'cận dưới: chưa cộng $1, vì không biết phần trùng'],
]

/** A comment in the reader's language; what is not known is left as it is. */
export const remarkWords = (comment: string, lang: Lang): string =>
  lang === 'en'
    ? comment
    : comment
        .split('; ')
        .map((phrase) => {
          const known = PHRASES.find(([pattern]) => pattern.test(phrase))
          return known ? phrase.replace(known[0], known[1]) : phrase
        })
        .join('; ')
