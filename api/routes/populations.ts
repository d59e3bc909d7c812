import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { POPULATIONS, type Population } from '../../store/populations.ts'
import type { RouteOptions } from '../app.ts'
import { AreaCode, Day } from '../schemas.ts'
import { areaFound } from '../uploads/area-found.ts'
import {
  AREA,
  DATED_MEMBERS,
  GEO_VERSION,
  Geography,
  MARKS,
  PUBLISHED_ON,
  SOURCE,
  Source,
  SYNTHETIC,
} from '../uploads/dated-columns.ts'
import { type DatedKind, isFault } from '../uploads/dated-kind.ts'
import { datedRoutes } from '../uploads/dated-routes.ts'
import { populationWarnings } from '../uploads/population-warnings.ts'

const Basis = z.enum(['average', 'census', 'registered', 'mid-year', 'end-year'])

const NewPopulation = z.object({
  area: AreaCode,
  geoVersion: Geography.optional().describe(
    'of the area; the one in force at the end of the year if left out',
  ),
  year: z.number().int().min(1900).max(2200),
  basis: Basis,
  value: z.number().int().min(0).max(2_000_000_000).describe('persons'),
  source: Source,
  publishedOn: Day.nullable().default(null),
  synthetic: z.boolean().default(false).describe('made up for a demonstration'),
  ...DATED_MEMBERS,
})

/** The words of the statistical yearbook, and the codes of SDMX. */
const BASIS_WORDS = {
  trungbinh: 'average',
  dansotrungbinh: 'average',
  avg: 'average',
  tongdieutra: 'census',
  dangky: 'registered',
  hokhau: 'registered',
  giuanam: 'mid-year',
  mid: 'mid-year',
  midyear: 'mid-year',
  cuoinam: 'end-year',
  end: 'end-year',
  endyear: 'end-year',
  average: 'average',
  census: 'census',
  registered: 'registered',
}

const KIND: DatedKind<z.infer<typeof NewPopulation>, Population> = {
  name: 'populations',
  path: '/populations',
  words: 'Population of an area (geography, year, basis): what figures per person are divided by.',
  table: POPULATIONS,
  given: NewPopulation,
  rowsMax: 20_000,
  columns: [
    AREA,
    GEO_VERSION,
    {
      name: 'year',
      nameVi: 'Năm',
      aliases: ['năm tham chiếu', 'ref year'],
      type: 'whole',
      isRequired: true,
      example: '2025',
    },
    {
      name: 'basis',
      nameVi: 'Loại dân số',
      aliases: ['cơ sở', 'loại'],
      type: 'text',
      words: BASIS_WORDS,
      isRequired: true,
      example: 'average',
    },
    {
      name: 'value',
      nameVi: 'Dân số',
      aliases: ['số dân', 'population', 'persons'],
      type: 'whole',
      isRequired: true,
      example: '12345',
    },
    SOURCE,
    PUBLISHED_ON,
    SYNTHETIC,
    ...MARKS,
  ],
  resolve({ area, geoVersion, year, basis, value, source, publishedOn, synthetic }, areas) {
    const found = areaFound(areas, { area, geoVersion, day: `${year}-12-31` })
    if (isFault(found)) return found
    const { code, geoVersion: version } = found
    return {
      area: code,
      geoVersion: version,
      year,
      basis,
      value,
      source,
      publishedOn,
      isSynthetic: synthetic,
    }
  },
  warnings: populationWarnings,
}

export const populationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(
    datedRoutes(
      {
        kind: KIND,
        filters: {
          area: AreaCode.optional(),
          geoVersion: Geography.optional(),
          year: z.coerce.number().int().optional(),
          basis: Basis.optional(),
        },
        stored: NewPopulation.omit({ recordedAt: true, withdrawn: true }).required(),
        shown: ({ isSynthetic, area, geoVersion, year, basis, value, source, publishedOn }) => ({
          ...{ area, geoVersion, year, basis, value, source, publishedOn },
          synthetic: isSynthetic,
        }),
      },
      parts,
    ),
  )
}
