import { nextLink, shown } from './answer.ts'
import type { Item } from './catalogue.ts'
import { SETS } from './model.ts'
import type { Page } from './observations.ts'
import { propertiesOf } from './properties.ts'
import type { QueryOptions } from './query-options.ts'

/** OGC 18-088 §13: the observations of each datastream as rows, the names of their columns once. */
export function dataArrayDocument(base: string, page: Page, options: QueryOptions, path: string) {
  const names = ['@iot.id', ...SETS.Observations.properties].filter(
    (name) => options.select === null || options.select.has(name),
  )
  const groups = new Map<number, Item[]>()
  for (const item of page.items) {
    if (item.set !== 'Observations') continue
    const group = groups.get(item.series.id)
    if (group) group.push(item)
    else groups.set(item.series.id, [item])
  }
  return {
    ...(page.count === null ? {} : { '@iot.count': page.count }),
    ...(page.isCountAtLeast ? { '@plumbline.countIsAtLeast': true } : {}),
    ...(page.next ? { '@iot.nextLink': nextLink(path, page.next, options.texts) } : {}),
    value: [...groups].map(([id, items]) => ({
      'Datastream@iot.navigationLink': `${base}/Datastreams(${id})`,
      components: names.map((name) => (name === '@iot.id' ? 'id' : name)),
      'dataArray@iot.count': items.length,
      dataArray: items.map((item) => {
        const properties = propertiesOf(item)
        return names.map((name) => (name === '@iot.id' ? item.id : shown(properties[name] ?? null)))
      }),
    })),
  }
}
