import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { AreaKey } from '../../store/areas.ts'
import { CROSSWALKS, type Crosswalk, crosswalksKnownAt } from '../../store/crosswalks.ts'
import type { Db } from '../../store/db.ts'
import type { RouteOptions } from '../app.ts'
import { AreaCode } from '../schemas.ts'
import { areaFound } from '../uploads/area-found.ts'
import { DATED_MEMBERS, Geography, MARKS, SOURCE, Source } from '../uploads/dated-columns.ts'
import { type DatedKind, isFault } from '../uploads/dated-kind.ts'
import { datedRoutes } from '../uploads/dated-routes.ts'

const CrosswalkMembers = z.object({
  fromCode: AreaCode,
  fromVersion: Geography,
  toCode: AreaCode,
  toVersion: Geography,
  overlap: z.enum(['full', 'partial']).describe('full: one lies wholly in the other'),
  weight: z
    .string()
    .regex(/^(0?\.\d{1,12}|[01](\.0{1,12})?)$/, 'takes a decimal above 0 and up to 1, with a point')
    .refine((text) => Number(text) > 0, 'takes a decimal above 0 and up to 1')
    .nullable()
    .default(null)
    .describe('share of the first area that is in the second; null: not known'),
  weightBasis: z.string().min(1).max(200).nullable().default(null).describe('what the weight is a share of'),
  source: Source,
})
const NewCrosswalk = CrosswalkMembers.extend(DATED_MEMBERS).refine(
  ({ weight, weightBasis }) => (weight === null) === (weightBasis === null),
  { message: 'goes with a weight, and a weight with it', path: ['weightBasis'] },
)

const OVERLAP_WORDS = { full: 'full', toanbo: 'full', partial: 'partial', motphan: 'partial' }
const VERSION = { type: 'month', isRequired: true } as const
const CODE = { type: 'text', isRequired: true } as const

const KIND: DatedKind<z.infer<typeof NewCrosswalk>, Crosswalk> = {
  name: 'crosswalks',
  path: '/crosswalks',
  words:
    'How an area of one geography lies in one of another, with its share of the population where that is known.',
  table: CROSSWALKS,
  given: NewCrosswalk,
  rowsMax: 20_000,
  columns: [
    { ...CODE, name: 'fromCode', nameVi: 'Mã cũ', aliases: ['từ mã', 'mã địa bàn cũ'], example: '22024' },
    { ...VERSION, name: 'fromVersion', nameVi: 'Địa giới cũ', aliases: ['từ địa giới'], example: '2025-03' },
    { ...CODE, name: 'toCode', nameVi: 'Mã mới', aliases: ['đến mã', 'mã địa bàn mới'], example: '22015' },
    { ...VERSION, name: 'toVersion', nameVi: 'Địa giới mới', aliases: ['đến địa giới'], example: '2025-07' },
    {
      ...CODE,
      name: 'overlap',
      nameVi: 'Mức chồng lấn',
      aliases: ['chồng lấn'],
      words: OVERLAP_WORDS,
      example: 'partial',
    },
    {
      name: 'weight',
      nameVi: 'Tỷ trọng',
      aliases: ['tỉ trọng', 'trọng số'],
      type: 'decimal',
      example: '0.4',
    },
    {
      name: 'weightBasis',
      nameVi: 'Cơ sở tỷ trọng',
      aliases: ['cơ sở tỉ trọng'],
      type: 'text',
      example: 'dân số 2024',
    },
    { ...SOURCE, example: 'Nghị quyết 1660/NQ-UBTVQH15' },
    ...MARKS,
  ],
  resolve: ({ recordedAt, withdrawn, fromCode, toCode, ...rest }, areas) => ({
    ...rest,
    fromCode: codeIn(areas, fromCode, rest.fromVersion),
    toCode: codeIn(areas, toCode, rest.toVersion),
  }),
  warnings: crosswalkWarnings,
}

/** A former commune is no area of ours: its code stands as it is. */
function codeIn(areas: readonly AreaKey[], area: string, geoVersion: string): string {
  const found = areaFound(areas, { area, geoVersion, day: '' })
  return isFault(found) ? area : found.code
}

const ROUNDING = 1e-6

/** Shares of one area that are more than all of it, or less though each is given; and areas that nobody else knows. */
async function crosswalkWarnings(
  db: Db,
  added: readonly Crosswalk[],
  areas: readonly AreaKey[],
): Promise<string[]> {
  const pairOf = ({ fromVersion, toVersion, fromCode, toCode }: Crosswalk) =>
    [fromVersion, toVersion, fromCode, toCode].join(' ')
  const fromOf = ({ fromVersion, toVersion, fromCode }: Crosswalk) =>
    [fromVersion, toVersion, fromCode].join(' ')
  const pairs = new Map<string, Crosswalk>()
  for (const pair of [...(await crosswalksKnownAt(db, null)), ...added]) pairs.set(pairOf(pair), pair)
  const byFrom = Map.groupBy(pairs.values(), fromOf)
  const unknown = added
    .filter(({ toCode, toVersion }) =>
      isFault(areaFound(areas, { area: toCode, geoVersion: toVersion, day: '' })),
    )
    .map(({ toCode, toVersion }) => `${toCode}: no area of geography ${toVersion} is called so`)
  const shares = [...new Set(added.map(fromOf))].flatMap((from) => {
    const parts = byFrom.get(from) ?? []
    const sum = parts.reduce((total, { weight }) => total + Number(weight ?? 0), 0)
    const isWhole = parts.every(({ weight }) => weight !== null)
    return sum > 1 + ROUNDING || (isWhole && sum < 1 - ROUNDING)
      ? [
          `${parts[0]?.fromCode} of ${parts[0]?.fromVersion}: its shares are ${Number(sum.toFixed(6))} in all, not 1`,
        ]
      : []
  })
  return [...new Set(unknown), ...shares]
}

export const crosswalkRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(
    datedRoutes(
      {
        kind: KIND,
        filters: {
          fromCode: AreaCode.optional(),
          fromVersion: Geography.optional(),
          toCode: AreaCode.optional(),
          toVersion: Geography.optional(),
        },
        stored: CrosswalkMembers.required(),
        shown: (row) => row,
      },
      parts,
    ),
  )
}
