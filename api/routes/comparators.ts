import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { COMPARATORS, type Comparator } from '../../store/comparators.ts'
import type { RouteOptions } from '../app.ts'
import { AreaCode } from '../schemas.ts'
import { DATED_MEMBERS, MARKS, PERIOD, Period, SOURCE, Source } from '../uploads/dated-columns.ts'
import type { DatedKind } from '../uploads/dated-kind.ts'
import { datedRoutes } from '../uploads/dated-routes.ts'

const Name = z.string().min(1).max(200)
const Indicator = z.enum(['IOT_CONN_PC', 'M2M_SIM_P100'])

const ComparatorMembers = z.object({
  locality: AreaCode.describe('code of the province, or VN'),
  nameVi: Name,
  nameEn: Name,
  national: z.boolean().default(false).describe('the figure of the whole country'),
  indicator: Indicator.default('IOT_CONN_PC'),
  period: Period,
  value: z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, 'takes a decimal from 0, with a point'),
  source: Source,
})
const NewComparator = ComparatorMembers.extend(DATED_MEMBERS)

const INDICATOR_WORDS = {
  iotconnpc: 'IOT_CONN_PC',
  ketnoibinhquandaunguoi: 'IOT_CONN_PC',
  m2msimp100: 'M2M_SIM_P100',
  thuebaom2mtren100dan: 'M2M_SIM_P100',
}

const KIND: DatedKind<z.infer<typeof NewComparator>, Comparator> = {
  name: 'comparators',
  path: '/comparators',
  words:
    'A figure of another locality or of the country (indicator, period), as it was published: for rank and quartile.',
  table: COMPARATORS,
  given: NewComparator,
  rowsMax: 20_000,
  columns: [
    {
      name: 'locality',
      nameVi: 'Mã địa phương',
      aliases: ['mã', 'mã tỉnh'],
      type: 'text',
      isRequired: true,
      example: '48',
    },
    {
      name: 'nameVi',
      nameVi: 'Tên địa phương',
      aliases: ['tên', 'tỉnh, thành phố'],
      type: 'text',
      isRequired: true,
      example: 'Thành phố Đà Nẵng',
    },
    { name: 'nameEn', nameVi: 'Tên tiếng Anh', type: 'text', isRequired: true, example: 'Da Nang City' },
    { name: 'national', nameVi: 'Cả nước', type: 'flag', example: '' },
    { name: 'indicator', nameVi: 'Chỉ tiêu', type: 'text', words: INDICATOR_WORDS, example: 'IOT_CONN_PC' },
    PERIOD,
    { name: 'value', nameVi: 'Giá trị', type: 'decimal', isRequired: true, example: '1.05' },
    { ...SOURCE, example: 'Báo cáo năm 2025 của địa phương' },
    ...MARKS,
  ],
  resolve: ({ national, recordedAt, withdrawn, ...rest }) => ({ ...rest, isNational: national }),
}

export const comparatorRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(
    datedRoutes(
      {
        kind: KIND,
        filters: {
          locality: AreaCode.optional(),
          indicator: Indicator.optional(),
          period: Period.optional(),
        },
        stored: ComparatorMembers.required(),
        shown: ({ isNational, ...row }) => ({ ...row, national: isNational }),
      },
      parts,
    ),
  )
}
