import { language } from '../state/preferences.ts'

/** UCUM codes as people write them. A code that is not here is shown as it is. */
const WRITTEN: Readonly<Record<string, string>> = {
  '1': '',
  m3: 'm³',
  'm3/h': 'm³/h',
  Cel: '°C',
  'kW.h': 'kWh',
  'dB[mW]': 'dBm',
}

export function formatUnit(ucum: string): string {
  const vehicle = language.value === 'vi' ? 'xe' : 'veh'
  return (WRITTEN[ucum] ?? ucum).replace('{vehicle}', vehicle)
}
