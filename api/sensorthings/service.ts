import { observationAt } from '../../store/observation-pages.ts'
import { type Answering, collectionDocument, entityDocument, selfLink, shown } from './answer.ts'
import type { Item } from './catalogue.ts'
import { collectionPage } from './collection.ts'
import { dataArrayDocument } from './data-array.ts'
import { isIdName, isSetName, navigationOf, SETS, type SetName } from './model.ts'
import { observationItem, observationsPage, type Page } from './observations.ts'
import { propertiesOf } from './properties.ts'
import { parseOptions, type QueryOptions } from './query-options.ts'
import { Refusal } from './refusal.ts'
import { type PathSegment, parseResourcePath } from './resource-path.ts'
import { tokenOf } from './skip-token.ts'
import type { Value } from './value.ts'

/** What a resource path leads to. */
type Target =
  | { readonly kind: 'one'; readonly item: Item }
  | {
      readonly kind: 'many'
      readonly set: SetName
      readonly items: () => Item[]
      readonly series: () => Iterable<number>
    }
  | { readonly kind: 'value'; readonly name: string; readonly value: Value }

export type Answer =
  | { readonly kind: 'json'; readonly body: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing' }

/** Answers GET of a resource path with its options, OGC 18-088 §9.2 and §9.3. Throws a Refusal. */
export async function answerTo(
  answering: Answering,
  path: string,
  query: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const { segments, ending } = parseResourcePath(path)
  const target = await targetOf(answering, segments)
  const address = `${answering.base}/${path.replace(/\/\$ref$/, '')}`
  if (target.kind === 'value') return valueAnswer(target, ending, query)
  if (ending === '$value')
    throw new Refusal('not_valid', '$value is of a property, as in /Things(…)/name/$value')
  if (target.kind === 'one') {
    if (ending) return json({ '@iot.selfLink': selfLink(answering.base, target.item) })
    const options = parseOptions(query, target.item.set)
    return json(await entityDocument(answering, target.item, options))
  }
  const options = parseOptions(query, target.set)
  const page = await pageOf(answering, target, options)
  if (ending) {
    const links = page.items.map((item) => ({ '@iot.selfLink': selfLink(answering.base, item) }))
    const document = await collectionDocument(
      answering,
      { ...page, items: [] },
      options,
      () => null,
      `${address}/$ref`,
    )
    return json({ ...document, value: links })
  }
  if (options.isDataArray) return json(dataArrayDocument(answering.base, page, options, address))
  return json(await collectionDocument(answering, page, options, cutter(page, options), address))
}

const json = (body: unknown): Answer => ({ kind: 'json', body })

async function pageOf(
  answering: Answering,
  target: Extract<Target, { kind: 'many' }>,
  options: QueryOptions,
): Promise<Page> {
  const { catalogue, budget } = answering
  return target.set === 'Observations'
    ? observationsPage(answering, target.series(), options, budget)
    : collectionPage(catalogue, target.items(), options, budget)
}

/** Where the next page begins if this one ends after so many. */
const cutter =
  ({ items, order }: Page, { skip }: QueryOptions) =>
  (count: number): Page['next'] => {
    const last = items[count - 1]
    if (order && order !== 'sorted' && last?.set === 'Observations' && last.stored)
      return { $skip: null, $skiptoken: tokenOf(order, last.stored) }
    return { $skip: String(skip + count), $skiptoken: null }
  }

function valueAnswer(
  { name, value }: Extract<Target, { kind: 'value' }>,
  ending: string | null,
  query: Readonly<Record<string, unknown>>,
): Answer {
  const [option] = Object.keys(query)
  if (option !== undefined) throw new Refusal('not_valid', `${option}: a property takes no query options`)
  if (ending === '$ref') throw new Refusal('not_valid', '$ref is of entities, not of a property')
  const plain = shown(value)
  // §9.2.4: what has no value is answered without content.
  if (plain === null || plain === undefined) return { kind: 'nothing' }
  if (ending === null) return json({ [name]: plain })
  return { kind: 'text', text: typeof plain === 'object' ? JSON.stringify(plain) : String(plain) }
}

async function targetOf(answering: Answering, segments: readonly PathSegment[]): Promise<Target> {
  const { catalogue } = answering
  const [first, ...rest] = segments
  if (!first || !isSetName(first.name))
    throw new Refusal(
      'not_found',
      `no entity set ${first?.name ?? ''}; there are ${Object.keys(SETS).join(', ')}`,
    )
  const set = first.name
  let target: Target = {
    kind: 'many',
    set,
    items: () => catalogue.items(set),
    series: () => catalogue.seriesIds(),
  }
  if (first.id !== null) target = await picked(answering, target, first.id)
  for (const segment of rest) target = await step(answering, target, segment)
  return target
}

async function step(answering: Answering, target: Target, { name, id }: PathSegment): Promise<Target> {
  if (target.kind === 'many')
    throw new Refusal(
      'not_valid',
      `${target.set} is a collection: pick one, as in ${target.set}('…')/${name}`,
    )
  if (target.kind === 'value') return part(target, name)
  const { item } = target
  const navigation = navigationOf(item.set, name)
  if (!navigation) return property(item, name)
  const { to, isMany } = navigation
  if (isMany) {
    const { catalogue } = answering
    const many: Target = {
      kind: 'many',
      set: to,
      items: () => catalogue.related(item, to),
      series: () => catalogue.seriesOf(item),
    }
    return id === null ? many : picked(answering, many, id)
  }
  const [related] = answering.catalogue.related(item, to)
  if (!related || id !== null)
    throw new Refusal('not_found', `${name} of ${item.set}('${item.id}') is not there`)
  return { kind: 'one', item: related }
}

function property(item: Item, name: string): Target {
  if (isIdName(name)) return { kind: 'value', name: '@iot.id', value: item.id }
  if (!SETS[item.set].properties.includes(name))
    throw new Refusal(
      'not_found',
      `${item.set} have no ${name}; they have ${[...SETS[item.set].properties, ...Object.keys(SETS[item.set].navigation)].join(', ')}`,
    )
  return { kind: 'value', name, value: propertiesOf(item)[name] ?? null }
}

function part({ value }: Extract<Target, { kind: 'value' }>, name: string): Target {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
    throw new Refusal('not_found', `there is no ${name}`)
  return { kind: 'value', name, value: (value as Readonly<Record<string, Value>>)[name] ?? null }
}

async function picked(
  answering: Answering,
  { set, items, series }: Extract<Target, { kind: 'many' }>,
  id: string,
): Promise<Target> {
  const item =
    set === 'Observations'
      ? await observationOf(answering, id, series())
      : items().find((each) => String(each.id) === id)
  if (!item) throw new Refusal('not_found', `no ${set}('${id}') here`)
  return { kind: 'one', item }
}

async function observationOf(
  { catalogue, db }: Answering,
  id: string,
  series: Iterable<number>,
): Promise<Item | null> {
  const [, seriesId, time] = /^(\d{1,15})\.(-?\d{1,16})$/.exec(id) ?? []
  if (seriesId === undefined || ![...series].includes(Number(seriesId))) return null
  const stored = await observationAt(db, Number(seriesId), Number(time))
  return stored && observationItem(catalogue, stored)
}
