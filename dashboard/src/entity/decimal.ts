const DECIMAL = /^[-−]?\d{1,15}(?:[.,]\d{1,15})?$/

/** A number as people type it: comma or point before the decimals, nothing between the thousands, which "1.250" would leave
 *  open. Null: not one. */
export function readDecimal(text: string): number | null {
  return DECIMAL.test(text) ? Number(text.replace(',', '.').replace('−', '-')) : null
}

/** So that it is read back as the same number. */
export function decimalText(value: number | string | undefined, language: 'vi' | 'en'): string {
  const text = String(value ?? '')
  return language === 'vi' && typeof value === 'number' ? text.replace('.', ',') : text
}
