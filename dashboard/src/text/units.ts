import { language } from '../state/preferences.ts'

/** UCUM codes as people write them. A code that is not here is shown as it is. */
const WRITTEN: Readonly<Record<string, string>> = {
  '1': '',
  m3: 'm³',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  'm3/d': 'm³/d',
  Cel: '°C',
  '[degF]': '°F',
  deg: '°',
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'MW.h': 'MWh',
  'kvar.h': 'kvarh',
  'var.h': 'varh',
  'kV.A': 'kVA',
  'V.A': 'VA',
  'kV.A.h': 'kVAh',
  'V.A.h': 'VAh',
  'dB[mW]': 'dBm',
  'dB[SPL]': 'dB',
  'W/m2': 'W/m²',
  'm/s2': 'm/s²',
  'ug/m3': 'µg/m³',
  'mg/m3': 'mg/m³',
  'uS/cm': 'µS/cm',
  '[ppm]': 'ppm',
  '[ppb]': 'ppb',
  '[pH]': 'pH',
  '[psi]': 'psi',
  '{NTU}': 'NTU',
}

/** What is counted, in both languages. */
const COUNTED: readonly (readonly [ucum: string, vi: string, en: string])[] = [
  ['{vehicle}', 'xe', 'veh'],
  ['{person}', 'người', 'people'],
  ['{space}', 'chỗ', 'spaces'],
]

export function formatUnit(ucum: string): string {
  const written = WRITTEN[ucum]
  if (written !== undefined) return written
  if (ucum === '/min') return language.value === 'vi' ? 'vòng/phút' : 'rpm'
  return COUNTED.reduce((text, [code, vi, en]) => text.replace(code, language.value === 'vi' ? vi : en), ucum)
}
