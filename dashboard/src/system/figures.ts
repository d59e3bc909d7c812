import { formatCount, formatValue } from '../text/format.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** "12,3 MB": with powers of 1,000, as disks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let at = 0
  while (value >= 1000 && at < UNITS.length - 1) {
    value /= 1000
    at++
  }
  return `${at === 0 ? formatCount(value) : formatValue(Math.round(value * 10) / 10)} ${UNITS[at]}`
}

export const formatMs = (ms: number): string =>
  `${formatValue(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms`

export const formatRate = (perSecond: number): string => formatValue(Math.round(perSecond * 10) / 10)
