/** What is wrong with an expression, and where: the place of a character, counted from 1. */
export class ExpressionFault extends Error {
  readonly place: number

  constructor(at: number, why: string) {
    super(why)
    this.place = at + 1
  }
}

export interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end'
  readonly text: string
  /** From 0; the end is not included. */
  readonly at: number
  readonly to: number
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<text>"[^"\n]*"|'[^'\n]*')|(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<sign>&&|\|\||[=!<>]=|[-!<>+*/%(),.?:]))/y

/** Takes a text apart; gives the end as the last one. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  let at = 0
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    at = TOKEN.lastIndex
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (found === undefined) break
    tokens.push({ kind: kind as Token['kind'], text: found, at: at - found.length, to: at })
  }
  const rest = text.slice(at)
  const left = rest.trimStart()
  const end = at + rest.length - left.length
  if (left !== '') throw new ExpressionFault(end, whyNot(left))
  return [...tokens, { kind: 'end', text: '', at: end, to: end }]
}

function whyNot(left: string): string {
  const [first = ''] = left
  if (first === '"' || first === "'") return 'the text has no end'
  if (first === '=') return 'for "is equal" write =='
  if (first === '&' || first === '|') return `write ${first}${first}`
  return `${first} means nothing here`
}
