import { UNITS } from '../core/units.ts'
import { ucumOf } from './unit-names.ts'

const KNOWN_UNITS: ReadonlySet<string> = new Set(Object.values(UNITS).flatMap((table) => Object.keys(table)))
const CHARS_MAX = 64
const NUMBER_AND_REST = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*)$/s

/** "23.42 °C" as number and unit. Undefined where the text is no number, or what follows it no unit that is known: "12 Main
 *  Street" measures nothing. */
export function numberWithUnit(text: string): { value: number; unit: string } | undefined {
  if (text.length > CHARS_MAX) return undefined
  const [, number, unit = ''] = NUMBER_AND_REST.exec(text.trim()) ?? []
  const code = ucumOf(unit)
  return number !== undefined && KNOWN_UNITS.has(code) ? { value: Number(number), unit: code } : undefined
}
