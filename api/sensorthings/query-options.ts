import { type Expression, parseExpression } from './filter-parser.ts'
import { isIdName, type Navigation, navigationOf, SETS, type SetName } from './model.ts'
import { Refusal, refusedAt } from './refusal.ts'
import { split } from './split-option.ts'
import { checkPaths } from './walk.ts'

/** OGC 18-088 §9.3: what is asked of a collection, or of one entity of it. */
export interface QueryOptions {
  readonly filter: Expression | null
  readonly orderBy: readonly { readonly by: Expression; readonly isDescending: boolean }[]
  readonly select: ReadonlySet<string> | null
  readonly expand: ReadonlyMap<string, Expansion>
  readonly top: number
  readonly skip: number
  readonly isCounted: boolean
  readonly skipToken: string | null
  readonly isDataArray: boolean
  /** As they were given: for the link to the next page. */
  readonly texts: Readonly<Record<string, string>>
}

export interface Expansion extends Navigation {
  readonly options: QueryOptions
}

const TOP_DEFAULT = 100
const TOP_MAX = 1000
const SKIP_MAX = 10_000_000
const EXPAND_DEPTH_MAX = 4

interface Given {
  readonly text: string
  /** Where it stands within the option that is named in faults. */
  readonly base: number
  readonly option: string
}

/** Reads the options of a request. */
export function parseOptions(query: Readonly<Record<string, unknown>>, set: SetName): QueryOptions {
  const given = new Map<string, Given>()
  for (const [name, text] of Object.entries(query)) {
    if (typeof text !== 'string') throw new Refusal('not_valid', `${name} is there more than once`)
    const option = name === 'resultFormat' ? '$resultFormat' : name
    given.set(option, { text, base: 0, option })
  }
  return optionsOf(given, set, 0)
}

function optionsOf(given: ReadonlyMap<string, Given>, set: SetName, depth: number): QueryOptions {
  for (const [name, { option, base }] of given)
    if (!NAMES.has(name))
      throw name.startsWith('$')
        ? refusedAt(
            option,
            base,
            `no query option ${name}; there are ${[...NAMES].join(', ')}`,
            'not_implemented',
          )
        : refusedAt(option, base, `no query option ${name}; those of the standard begin with $`)
  const read = <T>(name: string, how: (given: Given) => T, otherwise: T): T => {
    const text = given.get(name)
    return text ? how(text) : otherwise
  }
  return {
    filter: read('$filter', (text) => expression(text, set), null),
    orderBy: read('$orderby', (text) => orderBy(text, set), []),
    select: read<ReadonlySet<string> | null>('$select', (text) => select(text, set), null),
    expand: read<ReadonlyMap<string, Expansion>>('$expand', (text) => expand(text, set, depth), new Map()),
    top: Math.min(TOP_MAX, read('$top', wholeNumber, TOP_DEFAULT)),
    skip: read('$skip', wholeNumber, 0),
    isCounted: read('$count', boolean, false),
    skipToken: read<string | null>('$skiptoken', ({ text }) => text, null),
    isDataArray: read('$resultFormat', (text) => dataArray(text, set), false),
    texts: Object.fromEntries([...given].map(([name, { text }]) => [name, text])),
  }
}

const NAMES: ReadonlySet<string> = new Set([
  '$filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$skiptoken',
  '$resultFormat',
])

function expression({ text, base, option }: Given, set: SetName): Expression {
  const parsed = parseExpression(text, option, base)
  if (!parsed.ok) throw parsed.error
  return checkPaths(parsed.value, set, option)
}

function orderBy(given: Given, set: SetName): QueryOptions['orderBy'] {
  return split(given.text, ',', given.base).map(({ text, base }) => {
    const [, by = text, direction] = /^(.*\S)\s+(asc|desc)\s*$/s.exec(text) ?? []
    return {
      by: expression({ text: by, base, option: given.option }, set),
      isDescending: direction === 'desc',
    }
  })
}

function select({ text, base, option }: Given, set: SetName): ReadonlySet<string> {
  const names = split(text, ',', base).map(({ text: part, base: at }) => {
    const name = part.trim().split('/')[0] ?? ''
    const isKnown = isIdName(name) || name === '@iot.selfLink' || SETS[set].properties.includes(name)
    if (!isKnown && !navigationOf(set, name))
      throw refusedAt(
        option,
        at,
        `${set} have no ${JSON.stringify(name)}; they have ${SETS[set].properties.join(', ')}`,
      )
    return isIdName(name) ? '@iot.id' : name
  })
  return new Set(names)
}

function expand(given: Given, set: SetName, depth: number): ReadonlyMap<string, Expansion> {
  const { option } = given
  if (depth >= EXPAND_DEPTH_MAX)
    throw refusedAt(option, given.base, `nested more than ${EXPAND_DEPTH_MAX} deep`)
  const expansions = new Map<string, Expansion>()
  for (const { text, base } of split(given.text, ',', given.base)) {
    const match = /^(\s*)([A-Za-z]+)(?:\/([^()]+(?:\(.*\))?)|\((.*)\))?\s*$/s.exec(text)
    const [, space = '', name = '', further, inner] = match ?? []
    const navigation = navigationOf(set, name)
    if (!match || !navigation)
      throw refusedAt(
        option,
        base,
        `${set} cannot expand ${JSON.stringify(text.trim())}; they can ${Object.keys(SETS[set].navigation).join(', ')}`,
      )
    const at = base + space.length + name.length + 1
    // `a/b` is `a($expand=b)`.
    const options =
      further === undefined
        ? innerOptions({ text: inner ?? '', base: at, option })
        : new Map([['$expand', { text: further, base: at, option }]])
    if (expansions.has(name)) throw refusedAt(option, base, `${name} is expanded twice`)
    expansions.set(name, { ...navigation, options: optionsOf(options, navigation.to, depth + 1) })
  }
  return expansions
}

function innerOptions({ text, base, option }: Given): Map<string, Given> {
  const options = new Map<string, Given>()
  if (text.trim() === '') return options
  for (const part of split(text, ';', base)) {
    const [whole, name] = /^\s*([$A-Za-z]+)=/.exec(part.text) ?? []
    if (whole === undefined || name === undefined)
      throw refusedAt(option, part.base, 'takes options as in ($top=1;$select=result)')
    if (options.has(name)) throw refusedAt(option, part.base, `${name} is there more than once`)
    options.set(name, { text: part.text.slice(whole.length), base: part.base + whole.length, option })
  }
  return options
}

function wholeNumber({ text, base, option }: Given): number {
  if (!/^\s*\d{1,8}\s*$/.test(text) || Number(text) > SKIP_MAX)
    throw refusedAt(option, base, `takes a whole number from 0, not ${JSON.stringify(text)}`)
  return Number(text)
}

function boolean({ text, base, option }: Given): boolean {
  if (text !== 'true' && text !== 'false') throw refusedAt(option, base, 'takes true or false')
  return text === 'true'
}

function dataArray({ text, base, option }: Given, set: SetName): boolean {
  if (text !== 'dataArray') throw refusedAt(option, base, 'takes dataArray', 'not_implemented')
  if (set !== 'Observations') throw refusedAt(option, base, 'dataArray is for Observations')
  return true
}
