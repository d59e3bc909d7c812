import { computed } from '@preact/signals'
import { fold } from '../text/fold.ts'
import { t } from '../text/messages.ts'
import type { Named } from '../wire/catalogue.ts'
import { domainOf, type Entity } from '../wire/entity.ts'
import { areas, entityTypes, quantities } from './catalogue.ts'

interface Entry {
  readonly type: string
  readonly area: string | null
  readonly quantityCount: number
  readonly text: string
}

// A new catalogue or language makes all texts anew.
const entries = computed(() => {
  areas.value
  entityTypes.value
  quantities.value
  t('domain.water')
  return new Map<string, Entry>()
})

/** What a search looks in: id, domain, type, area and quantities, in both languages, folded. Kept until one of them
 *  changes, which is seldom: values change all the time, keys do not. */
export function searchText(entity: Entity): string {
  const keys = Object.keys(entity.quantities)
  const known = entries.value.get(entity.id)
  const holds =
    known?.type === entity.type && known.area === entity.area && known.quantityCount === keys.length
  if (holds && known !== undefined) return known.text
  const text = fold(
    [
      entity.id,
      t(`domain.${domainOf(entity)}`),
      entity.domain,
      entity.type,
      ...both(entityTypes.value.get(entity.type)),
      entity.area ?? '',
      entity.areaName ?? '',
      ...both(areas.value.get(entity.area ?? '')),
      ...keys.flatMap((key) => [key, ...both(quantities.value.get(key.split('/')[0] ?? key))]),
    ].join(' '),
  )
  entries.value.set(entity.id, { type: entity.type, area: entity.area, quantityCount: keys.length, text })
  return text
}

function both(named: Named | undefined): string[] {
  return named === undefined ? [] : [named.nameVi, named.nameEn ?? '']
}
