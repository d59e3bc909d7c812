import { computed, signal } from '@preact/signals'
import type { Area, AreaCollection, EntityType, Named, Plausible, Quantity } from '../wire/catalogue.ts'
import { get } from '../wire/client.ts'
import { language } from './preferences.ts'

/** The province this installation serves (code of the General Statistics Office). */
export const PROVINCE_CODE = '66'
const RETRY_MS = 5_000
const ANYTHING: Plausible = { min: -Infinity, max: Infinity }

export const communes = signal<AreaCollection | null>(null)
/** Without their shapes. */
const plainAreas = signal<readonly Area[]>([])
const quantityList = signal<readonly Quantity[]>([])
const typeList = signal<readonly EntityType[]>([])

export const areas = computed(() => {
  const ofCommunes = communes.value?.features.map((feature) => feature.properties) ?? []
  return new Map([...plainAreas.value, ...ofCommunes].map((area) => [area.code, area]))
})
export const quantities = computed(() => byId(quantityList.value))
export const entityTypes = computed(() => byId(typeList.value))

/** Each list is asked for by itself, and again until it comes: the page works with what it has. */
export function loadCatalogue({ withMap }: { readonly withMap: boolean }): void {
  type List<T> = { items: readonly T[] }
  const areasOf = (level: string) => ({ level })
  persist(async () => {
    if (withMap)
      communes.value = await get<AreaCollection>('/areas', { ...areasOf('commune'), format: 'geojson' })
  })
  persist(async () => {
    plainAreas.value = (await get<List<Area>>('/areas', withMap ? areasOf('province') : {})).items
  })
  persist(async () => {
    quantityList.value = (await get<List<Quantity>>('/quantities')).items
  })
  persist(async () => {
    typeList.value = (await get<List<EntityType>>('/entity-types')).items
  })
}

export function areaName(code: string | null, fallback?: string): string | null {
  if (code === null) return null
  const area = areas.value.get(code)
  return area === undefined ? (fallback ?? code) : nameOf(area)
}

/** An area with all below it. */
export function codesBelow(code: string): ReadonlySet<string> {
  const codes = new Set([code])
  for (let before = 0; before < codes.size; ) {
    before = codes.size
    for (const area of areas.value.values())
      if (area.parent !== null && codes.has(area.parent)) codes.add(area.code)
  }
  return codes
}

export function typeName(id: string): string {
  const type = entityTypes.value.get(id)
  return type === undefined ? id : nameOf(type)
}

/** Whether it is told by 0 and 1. */
export function isYesOrNo(id: string): boolean {
  const quantity = quantities.value.get(id)
  return quantity?.unit === '1' && quantity.plausible.min === 0 && quantity.plausible.max === 1
}

/** `active-power/L1` → "Công suất tác dụng L1". */
export function quantityName(key: string): string {
  const [id = key, ...channel] = key.split('/')
  const quantity = quantities.value.get(id)
  return [quantity === undefined ? id : nameOf(quantity), ...channel].join(' ')
}

/** What a thing of that type can show; else what the quantity can. */
export function plausibleOf(type: string, key: string): Plausible {
  const [id = key] = key.split('/')
  return entityTypes.value.get(type)?.plausible[id] ?? quantities.value.get(id)?.plausible ?? ANYTHING
}

export function nameOf(named: Named): string {
  return language.value === 'en' && named.nameEn ? named.nameEn : named.nameVi
}

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function persist(load: () => Promise<void>): void {
  load().catch(() => setTimeout(() => persist(load), RETRY_MS))
}
