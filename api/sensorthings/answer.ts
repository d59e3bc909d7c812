import type { Item } from './catalogue.ts'
import { collectionPage } from './collection.ts'
import { SETS } from './model.ts'
import { observationsPage, type Page, type Source } from './observations.ts'
import { propertiesOf } from './properties.ts'
import type { Expansion, QueryOptions } from './query-options.ts'
import type { Budget } from './refusal.ts'
import { isInstant, timeText, type Value } from './value.ts'

type Json = Record<string, unknown>

/** How answers are made; `base` is the address of the service. */
export interface Answering extends Source {
  readonly base: string
  readonly budget: Budget
}

export const selfLink = (base: string, { set, id }: Item): string =>
  `${base}/${set}(${typeof id === 'number' ? id : `'${id}'`})`

/** A value as JSON has it. */
export const shown = (value: Value): unknown => (isInstant(value) ? timeText(value.us) : value)

/** One entity with its control information, OGC 18-088 §8.1. */
export async function entityDocument(answering: Answering, item: Item, options: QueryOptions): Promise<Json> {
  const { base, budget } = answering
  budget.item()
  const link = selfLink(base, item)
  const isWanted = (name: string) => options.select === null || options.select.has(name)
  const document: Json = {}
  if (isWanted('@iot.id')) document['@iot.id'] = item.id
  if (isWanted('@iot.selfLink')) document['@iot.selfLink'] = link
  for (const [name, value] of Object.entries(propertiesOf(item)))
    if (isWanted(name)) document[name] = shown(value)
  for (const name of Object.keys(SETS[item.set].navigation)) {
    const expansion = options.expand.get(name)
    if (expansion) Object.assign(document, await expanded(answering, item, name, expansion, link))
    else if (isWanted(name)) document[`${name}@iot.navigationLink`] = `${link}/${name}`
  }
  return document
}

async function expanded(
  answering: Answering,
  item: Item,
  name: string,
  { to, isMany, options }: Expansion,
  link: string,
): Promise<Json> {
  const { catalogue, budget } = answering
  if (!isMany) {
    const [related] = catalogue.related(item, to)
    return { [name]: related ? await entityDocument(answering, related, options) : null }
  }
  const page =
    to === 'Observations'
      ? await observationsPage(answering, catalogue.seriesOf(item), options, budget)
      : collectionPage(catalogue, catalogue.related(item, to), options, budget)
  const documents: Json[] = []
  for (const each of page.items) documents.push(await entityDocument(answering, each, options))
  return {
    ...(page.count === null ? {} : { [`${name}@iot.count`]: page.count }),
    ...(page.isCountAtLeast ? { [`${name}@plumbline.countIsAtLeast`]: true } : {}),
    [name]: documents,
    ...(page.next ? { [`${name}@iot.nextLink`]: nextLink(`${link}/${name}`, page.next, options.texts) } : {}),
  }
}

export function nextLink(
  path: string,
  next: NonNullable<Page['next']>,
  texts: Readonly<Record<string, string>>,
): string {
  const all = Object.entries({ ...texts, ...next }).filter(([, text]) => text !== null)
  return `${path}?${all.map(([name, text]) => `${name}=${encodeURIComponent(String(text))}`).join('&')}`
}

/** A page as the standard's JSON; cut short where an expansion was asked that takes too much for one answer. */
export async function collectionDocument(
  answering: Answering,
  page: Page,
  options: QueryOptions,
  cutAt: (shown: number) => Page['next'],
  path: string,
): Promise<Json> {
  const documents: Json[] = []
  let next = page.next
  for (const item of page.items) {
    if (documents.length > 0 && options.expand.size > 0 && answering.budget.isSpent) {
      next = cutAt(documents.length)
      break
    }
    documents.push(await entityDocument(answering, item, options))
  }
  return {
    ...(page.count === null ? {} : { '@iot.count': page.count }),
    ...(page.isCountAtLeast ? { '@plumbline.countIsAtLeast': true } : {}),
    ...(next ? { '@iot.nextLink': nextLink(path, next, options.texts) } : {}),
    value: documents,
  }
}
