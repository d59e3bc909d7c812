import { formatDay } from '../text/format.ts'
import { type Text, translate } from '../text/translate.ts'

const BREAKS: Readonly<Record<string, Text>> = {
  geography: [
    'Gián đoạn do thay đổi địa giới (trước đó: {before})',
    'Break by a change of boundaries (before it: {before})',
  ],
  method: [
    'Gián đoạn do thay đổi phương pháp (trước đó: {before})',
    'Break by a change of the method (before it: {before})',
  ],
}

/** COMMENT_OBS: statuses that stand behind the one shown, and notes in the language of the page. What is not known here is
 *  shown as it is. */
export function readComment(comment: string | null): { also: readonly string[]; notes: readonly string[] } {
  const also: string[] = []
  const notes: string[] = []
  for (const part of comment?.split('; ') ?? []) {
    const codes = /^also ([A-Z](?:, [A-Z])*)$/.exec(part)?.[1]
    if (codes === undefined) notes.push(noteText(part))
    else also.push(...codes.split(', '))
  }
  return { also, notes }
}

function noteText(note: string): string {
  const [, because = '', before = ''] = /^break: (\w+), before it (.+)$/.exec(note) ?? []
  const words = BREAKS[because]
  if (words !== undefined) return translate(words, { before })
  const days = /^nobody was heard on (.+)$/.exec(note)?.[1]
  if (days !== undefined)
    return translate(['Nền tảng không nhận được gì ngày {days}', 'The platform heard nobody on {days}'], {
      days: days
        .split(', ')
        .map((day) => formatDay(Date.parse(day)))
        .join(', '),
    })
  const leftOut = /^a lower bound: (.+) left out, as /.exec(note)?.[1]
  if (leftOut !== undefined)
    return translate(
      [
        'Cận dưới: chưa tính {leftOut}, vì không rõ phần nào đã có trên nền tảng',
        'A lower bound: {leftOut} left out, as nobody can say what would be counted twice',
      ],
      { leftOut },
    )
  return note
}
