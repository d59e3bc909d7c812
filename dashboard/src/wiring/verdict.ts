import { quantityName } from '../state/catalogue.ts'
import { formatCount } from '../text/format.ts'
import { codeText } from './code-words.ts'
import type { Judged } from './wire.ts'
import { type WordKey, w } from './words.ts'

type Tone = 'good' | 'doubt' | 'bad' | 'plain'

/** One sentence on what became of a message. */
export interface Line {
  readonly tone: Tone
  readonly text: string
  /** In the words of the platform's log, always English. */
  readonly detail?: string
  /** Of a value whose name or unit can be mended on this page. */
  readonly mend?: { readonly path: string; readonly code: string }
}

const NAMED_MAX = 8
/** What a meaning for the name, or another unit, would mend. */
const MENDABLE: ReadonlySet<string> = new Set(['unknown_quantity', 'unit_not_convertible', 'unmapped'])

type Outcome = { readonly stored: number; readonly duplicate: number } | null

/** `outcome` null: nothing was stored, this was a trial. */
export function verdictLines(judged: Judged, outcome: Outcome): Line[] {
  const lines = [...storedLines(judged, outcome), ...judged.rejections.slice(0, NAMED_MAX).map(refusedLine)]
  const more = judged.rejections.length - NAMED_MAX
  if (more > 0) lines.push({ tone: 'bad', text: w('verdict.moreRefused', { count: formatCount(more) }) })
  for (const path of judged.unmapped.slice(0, NAMED_MAX))
    lines.push({
      tone: 'doubt',
      text: w('verdict.unmapped', { path: shownPath(path) }),
      mend: { path, code: 'unmapped' },
    })
  const others = judged.unmapped.length - NAMED_MAX
  if (others > 0)
    lines.push({ tone: 'doubt', text: w('verdict.moreUnmapped', { count: formatCount(others) }) })
  for (const [reason, count] of Object.entries(judged.ignored))
    if (reason !== 'unmapped' || judged.unmapped.length === 0)
      lines.push({
        tone: 'plain',
        text: w(`ignored.${reason}` as WordKey, { count: formatCount(count) }),
      })
  return lines.length > 0 ? lines : [{ tone: 'plain', text: w('verdict.nothing') }]
}

function storedLines({ format, readings }: Judged, outcome: Outcome): Line[] {
  const lines: Line[] = []
  const as = format ?? '?'
  const stored = outcome?.stored ?? readings.length
  if (stored > 0)
    lines.push({
      tone: 'good',
      text: w(outcome ? 'verdict.stored' : 'verdict.wouldStore', { count: formatCount(stored), format: as }),
    })
  if (outcome && outcome.duplicate > 0)
    lines.push({
      tone: 'plain',
      text: w('verdict.duplicate', { count: formatCount(outcome.duplicate) }),
    })
  const odd = readings.filter(({ quality }) => quality === 'implausible')
  if (odd.length > 0)
    lines.push({
      tone: 'doubt',
      text: w('verdict.implausible', { names: odd.map(({ quantity }) => quantityName(quantity)).join(', ') }),
    })
  return lines
}

function refusedLine({ path, code, detail }: Judged['rejections'][number]): Line {
  const place = path === '' ? w('verdict.whole') : shownPath(path)
  return {
    tone: 'bad',
    text: `${place}: ${codeText(code)}`,
    detail: `${code}: ${detail}`,
    ...(MENDABLE.has(code) && path !== '' ? { mend: { path, code } } : {}),
  }
}

/** Whether somebody has to look at it. */
export const isProblem = (judged: Judged): boolean =>
  judged.rejections.length > 0 ||
  judged.unmapped.length > 0 ||
  judged.readings.some(({ quality }) => quality !== 'good')

export const stepsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Without the word that every canonical message has in it. */
const shownPath = (path: string): string =>
  stepsOf(path)
    .filter((step) => step !== 'values')
    .join(' › ')
