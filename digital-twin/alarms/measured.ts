export type Language = 'vi' | 'en'

const LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' }

/** As it was measured, without what binary fractions leave behind; or with so many digits at most. */
export function numberIn(language: Language, value: number, digits?: number): string {
  return value.toLocaleString(
    LOCALES[language],
    digits === undefined
      ? { maximumSignificantDigits: 6, maximumFractionDigits: 3, roundingPriority: 'morePrecision' }
      : { maximumSignificantDigits: digits },
  )
}

/** With its unit, if it has one. */
export const measuredIn = (language: Language, value: number, ucum: string, digits?: number): string =>
  `${numberIn(language, value, digits)} ${unitIn(language, ucum)}`.trimEnd()

/** UCUM codes that people write otherwise. */
const WRITTEN: Readonly<Record<string, string>> = {
  ...{ '1': '', Cel: '°C', deg: '°', m3: 'm³', 'm3/h': 'm³/h', 'm3/d': 'm³/d', 'm3/s': 'm³/s' },
  ...{ 'kV.A': 'kVA', 'V.A': 'VA', 'kW.h': 'kWh', 'W.h': 'Wh', 'MW.h': 'MWh', 'kvar.h': 'kvarh' },
  ...{ 'kV.A.h': 'kVAh', 'dB[mW]': 'dBm', 'dB[SPL]': 'dB', 'W/m2': 'W/m²', 'm/s2': 'm/s²' },
  ...{ 'ug/m3': 'µg/m³', 'mg/m3': 'mg/m³', 'uS/cm': 'µS/cm', '[ppm]': 'ppm', '[ppb]': 'ppb' },
  ...{ '[pH]': 'pH', '{NTU}': 'NTU' },
}

/** What is counted, and what has a word. */
const NAMED: readonly (readonly [code: string, words: Readonly<Record<Language, string>>])[] = [
  ['{vehicle}', { vi: 'xe', en: 'veh' }],
  ['{person}', { vi: 'người', en: 'people' }],
  ['{space}', { vi: 'chỗ', en: 'spaces' }],
]

/** A unit as people write it. */
function unitIn(language: Language, ucum: string): string {
  const written = WRITTEN[ucum]
  if (written !== undefined) return written
  if (ucum === '/min') return language === 'vi' ? 'vòng/phút' : 'rpm'
  return NAMED.reduce((text, [code, words]) => text.replace(code, words[language]), ucum)
}
