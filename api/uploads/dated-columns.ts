import { z } from 'zod'
import { lastDayOf } from '../../digital-twin/indicator/period.ts'
import { Since } from '../schemas.ts'
import type { Column } from './column.ts'

/** Pieces that the tables of the indicator's inputs are made of. */
export const DATED_MEMBERS = {
  recordedAt: Since.optional().describe(
    'when it became known, for an entry that belongs to the past; now if left out. A bare day is its beginning, local time',
  ),
  withdrawn: z.boolean().default(false).describe('true: from then on there is no such row'),
}

export const Source = z.string().min(1).max(500).describe('where it was published')
export const Geography = z.string().regex(/^\d{4}-\d{2}$/, 'takes a geography, e.g. 2025-07')
export const Period = z
  .string()
  .max(10)
  .refine((text) => lastDayOf(text) !== null, 'takes 2025, 2025-Q4 or 2025-12')

export const AREA: Column = {
  name: 'area',
  nameVi: 'Mã địa bàn',
  aliases: ['area code', 'code', 'mã', 'mã đơn vị hành chính', 'mã xã', 'mã huyện', 'mã tỉnh'],
  type: 'text',
  isRequired: true,
  example: '24133',
}
export const GEO_VERSION: Column = {
  name: 'geoVersion',
  nameVi: 'Phiên bản địa giới',
  aliases: ['geography', 'địa giới'],
  type: 'month',
  example: '2025-07',
}
export const PERIOD: Column = {
  name: 'period',
  nameVi: 'Kỳ',
  aliases: ['kỳ báo cáo', 'kỳ số liệu', 'time period', 'năm', 'year'],
  type: 'period',
  isRequired: true,
  example: '2025',
}
export const SOURCE: Column = {
  name: 'source',
  nameVi: 'Nguồn',
  aliases: ['nguồn số liệu'],
  type: 'text',
  isRequired: true,
  example: 'Niên giám thống kê 2025',
}
export const PUBLISHED_ON: Column = {
  name: 'publishedOn',
  nameVi: 'Ngày công bố',
  aliases: ['published'],
  type: 'day',
  example: '2026-06-20',
}
export const SYNTHETIC: Column = {
  name: 'synthetic',
  nameVi: 'Số liệu giả định',
  aliases: ['giả định'],
  type: 'flag',
  example: '',
}
export const MARKS: readonly Column[] = [
  { name: 'recordedAt', nameVi: 'Ngày ghi nhận', aliases: ['recorded'], type: 'day', example: '' },
  { name: 'withdrawn', nameVi: 'Rút lại', aliases: ['rút', 'hủy', 'huỷ'], type: 'flag', example: '' },
]
