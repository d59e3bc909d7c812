import { quantities } from '../state/catalogue.ts'
import { orderedQuantities } from '../table/main-values.ts'
import type { Entity } from '../wire/entity.ts'
import { KEYS_MAX } from './view.ts'

/** Quantities of one unit, drawn on one chart. */
export interface ChartGroup {
  readonly id: string
  readonly unit: string
  readonly keys: readonly string[]
}

const DEFAULT_CHARTS = 2

export const quantityOf = (key: string): string => key.split('/')[0] ?? key
export const channelOf = (key: string): string | null => key.split('/')[1] ?? null

/** What was measured and has numbers, most telling first. */
export function drawableKeys(entity: Entity): string[] {
  return orderedQuantities(entity)
    .filter(([key, { value }]) => value !== null || quantities.value.get(quantityOf(key))?.kind === 'measure')
    .map(([key]) => key)
}

/** The most telling quantities, each with all its channels. */
export function defaultKeys(drawable: readonly string[]): string[] {
  const chosen = [...new Set(drawable.map(quantityOf))].slice(0, DEFAULT_CHARTS)
  return drawable.filter((key) => chosen.includes(quantityOf(key))).slice(0, KEYS_MAX)
}

/** One chart a unit. What is either on or off has a chart of its own: a line at 1 beside one at 300 says nothing. */
export function chartGroups(keys: readonly string[]): ChartGroup[] {
  const groups = new Map<string, string[]>()
  for (const key of keys) {
    const id = isSwitch(key) ? quantityOf(key) : unitOf(key)
    groups.set(id, [...(groups.get(id) ?? []), key])
  }
  return [...groups].map(([id, keys]) => ({ id, keys, unit: unitOf(keys[0] ?? '') }))
}

export function unitOf(key: string): string {
  return quantities.value.get(quantityOf(key))?.unit ?? ''
}

export function isSwitch(key: string): boolean {
  const { unit, plausible } = quantities.value.get(quantityOf(key)) ?? {}
  return unit === '1' && plausible?.min === 0 && plausible.max === 1
}
