import { language } from '../state/preferences.ts'

export type Text = readonly [vi: string, en: string]
export type Fill = Readonly<Record<string, string>>

/** The text in the chosen language, `{name}` filled in. */
export function translate([vi, en]: Text, fill: Fill = {}): string {
  return (language.value === 'vi' ? vi : en).replace(
    /\{(\w+)\}/g,
    (whole, name: string) => fill[name] ?? whole,
  )
}
