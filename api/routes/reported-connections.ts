import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ACCESSES } from '../../digital-twin/indicator/codes.ts'
import { lastDayOf } from '../../digital-twin/indicator/period.ts'
import { REPORTED_CONNECTIONS, type ReportedConnection } from '../../store/reported-connections.ts'
import type { RouteOptions } from '../app.ts'
import { AreaCode, Day } from '../schemas.ts'
import { areaFound } from '../uploads/area-found.ts'
import type { Column } from '../uploads/column.ts'
import {
  AREA,
  DATED_MEMBERS,
  GEO_VERSION,
  Geography,
  MARKS,
  PERIOD,
  Period,
  PUBLISHED_ON,
  SOURCE,
  Source,
  SYNTHETIC,
} from '../uploads/dated-columns.ts'
import { type DatedKind, isFault, uploadOf } from '../uploads/dated-kind.ts'
import { datedRoutes } from '../uploads/dated-routes.ts'
import { OPERATOR, Operator, reportedSims } from '../uploads/reported-sims.ts'
import { uploadRoutes } from '../uploads/routes.ts'

const Access = z.enum(ACCESSES.map(({ id }) => id))

const ReportMembers = z.object({
  operator: Operator,
  area: AreaCode,
  geoVersion: Geography.optional().describe(
    'of the area; the one in force at the end of the period if left out',
  ),
  period: Period,
  access: Access.default('_T'),
  subscriptions: z
    .number()
    .int()
    .min(0)
    .max(2_000_000_000)
    .describe('at the end of the period: the whole of the report'),
  onPlatform: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe('how many of them the operator knows to be connected here too; null: it does not say'),
  source: Source,
  publishedOn: Day.nullable().default(null),
  synthetic: z.boolean().default(false).describe('made up for a demonstration'),
})
const NewReport = ReportMembers.extend(DATED_MEMBERS).refine(
  ({ subscriptions, onPlatform }) => (onPlatform ?? 0) <= subscriptions,
  { message: 'is a part of subscriptions, and cannot be more', path: ['onPlatform'] },
)

const ACCESS: Column = {
  name: 'access',
  nameVi: 'Công nghệ truy nhập',
  aliases: ['công nghệ', 'technology'],
  type: 'text',
  words: {
    ...{
      t: '_T',
      tong: '_T',
      tongso: '_T',
      total: '_T',
      u: '_U',
      khongro: '_U',
      cellular: 'CELLULAR',
      didong: 'CELLULAR',
    },
    ...{ lpwan: 'LPWAN', wired: 'WIRED', coday: 'WIRED', shortrange: 'SHORT_RANGE', culyngan: 'SHORT_RANGE' },
    ...{ satellite: 'SATELLITE', vetinh: 'SATELLITE' },
  },
  example: '_T',
}

const KIND: DatedKind<z.infer<typeof NewReport>, ReportedConnection> = {
  name: 'reported-connections',
  path: '/reported-connections',
  words:
    'Machine-to-machine subscriptions that a network operator reports (operator, area, geography, period, technology), and how many of them it knows to be on this platform.',
  table: REPORTED_CONNECTIONS,
  given: NewReport,
  rowsMax: 20_000,
  columns: [
    OPERATOR,
    AREA,
    GEO_VERSION,
    PERIOD,
    ACCESS,
    {
      name: 'subscriptions',
      nameVi: 'Số thuê bao',
      aliases: ['thuê bao', 'thuê bao M2M'],
      type: 'whole',
      isRequired: true,
      example: '1200',
    },
    {
      name: 'onPlatform',
      nameVi: 'Số thuê bao đã có trên nền tảng',
      aliases: ['trùng', 'on platform'],
      type: 'whole',
      example: '300',
    },
    SOURCE,
    PUBLISHED_ON,
    SYNTHETIC,
    ...MARKS,
  ],
  resolve({ area, geoVersion, recordedAt, withdrawn, synthetic, ...rest }, areas) {
    const found = areaFound(areas, { area, geoVersion, day: lastDayOf(rest.period) ?? '' })
    if (isFault(found)) return found
    return { ...rest, area: found.code, geoVersion: found.geoVersion, isSynthetic: synthetic }
  },
}

export const reportedConnectionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(
    datedRoutes(
      {
        kind: KIND,
        filters: {
          operator: Operator.optional(),
          area: AreaCode.optional(),
          period: Period.optional(),
          access: Access.optional(),
        },
        stored: ReportMembers.required(),
        shown: ({ isSynthetic, ...row }) => ({ ...row, synthetic: isSynthetic }),
      },
      parts,
    ),
  )
  await app.register(uploadRoutes(uploadOf(reportedSims(parts.secretKey), parts.store.db), parts.log))
}
