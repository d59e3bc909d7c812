import { computed } from '@preact/signals'
import { fold } from '../text/fold.ts'
import { t } from '../text/messages.ts'
import type { Named } from '../wire/catalogue.ts'
import { domainOf, type Entity } from '../wire/entity.ts'
import { areas, entityTypes, quantities } from './catalogue.ts'

interface Entry {
  readonly type: string
  readonly name: string | null
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

/** What a search looks in: id, name, domain, type, area and quantities, in both languages, folded. Kept until one of
 *  them changes, which is seldom: values change all the time, keys do not. */
export function searchText(entity: Entity): string {
  const { type, name, area } = entity
  const keys = [...Object.keys(entity.quantities), ...Object.keys(entity.derived)]
  const quantityCount = keys.length
  const known = entries.value.get(entity.id)
  const holds =
    known?.type === type &&
    known.name === name &&
    known.area === area &&
    known.quantityCount === quantityCount
  if (holds) return known.text
  const text = fold(
    [
      entity.id,
      name ?? '',
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
  entries.value.set(entity.id, { type, name, area, quantityCount, text })
  return text
}

function both(named: Named | undefined): string[] {
  return named === undefined ? [] : [named.nameVi, named.nameEn ?? '']
}
