import { err, ok, type Result } from '../../core/result.ts'

/** One character of a pattern, and how often it may come. */
interface Atom {
  fits(character: string): boolean
  readonly isOptional: boolean
  readonly isRepeated: boolean
}

interface Branch {
  readonly atoms: readonly Atom[]
  readonly fromStart: boolean
  readonly toEnd: boolean
}

const PATTERN_CHARS_MAX = 200
const CLASSES: Readonly<Record<string, RegExp>> = { d: /^[0-9]$/, w: /^\w$/, s: /^\s$/ }

/**
 * A regular expression without groups: characters, `.`, `[a-z]`, `\d \w \s`, `* + ?`, `^ $`, and `|` between whole branches. It is
 * followed state by state and never goes back, so that its time is text × pattern whatever anybody sends.
 */
export function readPattern(text: string): Result<(subject: string) => boolean, string> {
  if (text.length > PATTERN_CHARS_MAX) return err(`a pattern has at most ${PATTERN_CHARS_MAX} characters`)
  const branches: Branch[] = []
  for (const part of branchesOf(text)) {
    const branch = readBranch(part)
    if (!branch)
      return err(`not a pattern that is taken here: ${JSON.stringify(part)}; groups and {n} are not`)
    branches.push(branch)
  }
  return ok((subject) => branches.some((branch) => isMatch(branch, subject)))
}

function branchesOf(text: string): string[] {
  const parts = ['']
  let isClass = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '|' && !isClass) {
      parts.push('')
      continue
    }
    isClass = character === '[' || (isClass && character !== ']')
    parts[parts.length - 1] += character === '\\' ? character + text.charAt(++at) : character
  }
  return parts
}

function readBranch(text: string): Branch | null {
  const fromStart = text.startsWith('^')
  const toEnd = /(?:^|[^\\])(?:\\\\)*\$$/.test(text)
  const body = text.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined)
  const atoms: Atom[] = []
  for (let at = 0; at < body.length; ) {
    const read = readAtom(body, at)
    if (!read) return null
    at += read.length
    const quantifier = body.charAt(at)
    const isQuantified = quantifier !== '' && '*+?'.includes(quantifier)
    if (isQuantified) at++
    atoms.push({
      fits: read.fits,
      isOptional: quantifier === '*' || quantifier === '?',
      isRepeated: quantifier === '*' || quantifier === '+',
    })
  }
  return { atoms, fromStart, toEnd }
}

interface ReadAtom {
  readonly length: number
  fits(character: string): boolean
}

function readAtom(body: string, at: number): ReadAtom | null {
  const character = body.charAt(at)
  if (character === '.') return { length: 1, fits: () => true }
  if (character === '\\') {
    const escaped = body.charAt(at + 1)
    const known = CLASSES[escaped]
    if (known) return { length: 2, fits: (one) => known.test(one) }
    return /^[^A-Za-z0-9]$/.test(escaped) ? { length: 2, fits: (one) => one === escaped } : null
  }
  if (character === '[') return readClass(body, at)
  return '()*+?{}^$]'.includes(character) ? null : { length: 1, fits: (one) => one === character }
}

function readClass(body: string, at: number): ReadAtom | null {
  const end = body.indexOf(']', at + 1)
  if (end < 0) return null
  const isNegated = body.charAt(at + 1) === '^'
  const members = body.slice(at + (isNegated ? 2 : 1), end)
  if (members === '' || members.includes('\\') || members.includes('[')) return null
  const ranges = [...members.matchAll(/([^-])-([^-])|([\s\S])/g)].map(
    ([, from, to, one = '']) => [from ?? one, to ?? one] as const,
  )
  return {
    length: end + 1 - at,
    fits: (one) => ranges.some(([from, to]) => one >= from && one <= to) !== isNegated,
  }
}

function isMatch({ atoms, fromStart, toEnd }: Branch, subject: string): boolean {
  const end = atoms.length
  let states = new Set<number>()
  const enter = (to: Set<number>, state: number): void => {
    for (let at = state; !to.has(at); at++) {
      to.add(at)
      if (!atoms[at]?.isOptional) return
    }
  }
  enter(states, 0)
  for (const character of subject) {
    if (!toEnd && states.has(end)) return true
    const next = new Set<number>()
    if (!fromStart) enter(next, 0)
    for (const state of states) {
      const atom = atoms[state]
      if (!atom?.fits(character)) continue
      if (atom.isRepeated) enter(next, state)
      enter(next, state + 1)
    }
    states = next
  }
  return states.has(end)
}
