import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { TARGETS, type Target } from '../../store/targets.ts'
import type { RouteOptions } from '../app.ts'
import { Day } from '../schemas.ts'
import { DATED_MEMBERS, MARKS, SOURCE, Source } from '../uploads/dated-columns.ts'
import type { DatedKind } from '../uploads/dated-kind.ts'
import { datedRoutes } from '../uploads/dated-routes.ts'

const TargetMembers = z.object({
  kind: z.enum(['per-person', 'upper-average']),
  value: z
    .string()
    .regex(/^(?=.*[1-9])\d{1,6}(\.\d{1,6})?$/, 'takes a decimal above 0')
    .nullable()
    .default(null)
    .describe('connections per person; null for upper-average'),
  by: Day,
  source: Source,
})
const NewTarget = TargetMembers.extend(DATED_MEMBERS).refine(
  ({ kind, value }) => (kind === 'per-person') === (value !== null),
  { message: 'per-person takes a value, upper-average none', path: ['value'] },
)

const KIND_WORDS = {
  perperson: 'per-person',
  binhquandaunguoi: 'per-person',
  upperaverage: 'upper-average',
  muctrungbinhcao: 'upper-average',
}

const KIND: DatedKind<z.infer<typeof NewTarget>, Target> = {
  name: 'targets',
  path: '/targets',
  words: 'What is to be reached by a day: connections per person, or an upper-average level in the country.',
  table: TARGETS,
  given: NewTarget,
  rowsMax: 1000,
  columns: [
    {
      name: 'kind',
      nameVi: 'Loại mục tiêu',
      aliases: ['loại'],
      type: 'text',
      words: KIND_WORDS,
      isRequired: true,
      example: 'per-person',
    },
    { name: 'value', nameVi: 'Giá trị', aliases: ['mục tiêu'], type: 'decimal', example: '1' },
    {
      name: 'by',
      nameVi: 'Hạn',
      aliases: ['đến ngày', 'thời hạn'],
      type: 'day',
      isRequired: true,
      example: '2025-12-31',
    },
    SOURCE,
    ...MARKS,
  ],
  resolve: ({ kind, value, by, source }) => ({ kind, value, by, source }),
}

export const targetRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(
    datedRoutes(
      {
        kind: KIND,
        filters: { kind: TargetMembers.shape.kind.optional() },
        stored: TargetMembers.required(),
        shown: ({ kind, value, by, source }) => ({ kind, value, by, source }),
      },
      parts,
    ),
  )
}
