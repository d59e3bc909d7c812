import type { Resolution } from '../curves/resolution.ts'
import { provinceTime, toLocal } from '../text/province-time.ts'
import type { RawPoint, RollupPoint } from '../wire/entity.ts'

export interface CsvSource {
  /** With its channel, if it has one. */
  readonly key: string
  /** UCUM. */
  readonly unit: string
}

/** Excel reads a file as UTF-8 only with it. */
const BYTE_ORDER_MARK = '\uFEFF'
/** RFC 4180. */
const LINE_END = '\r\n'
const RAW_COLUMNS = ['time', 'quantity', 'channel', 'value', 'unit', 'quality']
const ROLLUP_COLUMNS = ['time', 'quantity', 'channel', 'avg', 'min', 'max', 'count', 'unit']

export function csvHead(resolution: Resolution): string {
  return BYTE_ORDER_MARK + csvLine(resolution === 'raw' ? RAW_COLUMNS : ROLLUP_COLUMNS)
}

export function csvRows({ key, unit }: CsvSource, items: readonly (RawPoint | RollupPoint)[]): string {
  const [quantity = key, channel = ''] = key.split('/')
  return items
    .map((item) => {
      const begin = [provinceTime(Date.parse(item.time)), quantity, channel]
      return csvLine(
        'count' in item
          ? [...begin, number(item.avg), number(item.min), number(item.max), String(item.count), unit]
          : [
              ...begin,
              item.label === undefined ? number(item.value) : plainText(item.label),
              unit,
              item.quality,
            ],
      )
    })
    .join('')
}

/** Labels come from devices: Excel must take none for a formula (OWASP, CSV injection). */
const plainText = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

/** A field with a comma, a quote or an end of line is quoted, a quote in it doubled. */
export function csvLine(fields: readonly string[]): string {
  return fields.map(csvField).join(',') + LINE_END
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/** To the last digit, with a point: a file is for machines. No value is an empty field, never 0. */
const number = (value: number | null): string => (value === null ? '' : String(value))

/** `tx-1_20261130T1000_20261130T1600_1m.csv` */
export function fileName(entityId: string, fromMs: number, toMs: number, end: string): string {
  const written = (timeMs: number): string => toLocal(timeMs).replaceAll(/[-:]/g, '')
  return `${entityId}_${written(fromMs)}_${written(toMs)}${end}`
}
