import type { Severity } from '../wire/alarm.ts'
import type { Freshness } from '../wire/entity.ts'

/** The map is drawn on a canvas, so it reads its colours from the same CSS properties as the page. */
export type Palette = Readonly<Record<keyof typeof NAMES | Freshness | Severity, string>>

const NAMES = {
  cross: 'mark-cross',
  ring: 'ring',
  halo: 'mark-halo',
  outside: 'map-outside',
  land: 'map-land',
  landHover: 'map-land-hover',
  border: 'map-border',
  accent: 'accent',
  text: 'text',
  muted: 'muted',
  surface: 'surface',
  water: 'network-water',
  power: 'network-power',
  other: 'network-other',
  onSeverity: 'on-severity',
} as const
const SAME = ['fresh', 'late', 'silent', 'low', 'medium', 'high', 'critical'] as const

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const names = { ...NAMES, ...Object.fromEntries(SAME.map((name) => [name, name])) }
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette
}
