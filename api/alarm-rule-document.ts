import { z } from 'zod'
import { SEVERITIES } from '../core/alarm.ts'
import { AreaCode, Id } from './schemas.ts'

const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !text.includes('\0'), 'holds U+0000')
const Seconds = z
  .number()
  .positive()
  .max(31 * 86_400)
const ForS = z
  .number()
  .min(0)
  .max(31 * 86_400)
  .optional()
const Key = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}(\/[A-Za-z0-9._-]{1,32})?$/)
  .describe('`<quantity>` or `<quantity>/<channel>`')

const Condition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('threshold'),
    quantity: Key,
    above: z.number().optional(),
    below: z.number().optional(),
    hysteresis: z.number().min(0).optional(),
    forS: ForS,
  }),
  z.strictObject({
    kind: z.literal('rate'),
    quantity: Key,
    rises: z.number().positive().optional(),
    falls: z.number().positive().optional(),
    withinS: Seconds,
  }),
  z.strictObject({ kind: z.literal('silence'), afterS: Seconds.optional() }),
  z.strictObject({
    kind: z.literal('flat-line'),
    quantity: Key,
    forS: Seconds,
    tolerance: z.number().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('implausible'), quantity: Key.optional() }),
  z
    .strictObject({
      kind: z.literal('pattern'),
      quantity: Key,
      deviations: z.number().positive().describe('robust standard deviations from the median'),
      weeks: z.number().int().min(3).max(52).optional().describe('that say what is usual; 4 unless set'),
      forS: ForS,
    })
    .describe(
      'far from what is usual in this hour of the local week; not judged before three weeks are known',
    ),
  z
    .strictObject({
      kind: z.literal('expression'),
      expression: z
        .string()
        .min(1)
        .max(1000)
        .describe(
          '`value("water-pressure") < 150 && fedBy.any(value("water-flow") > 3)`: see docs/alarms.md',
        ),
      forS: ForS,
    })
    .describe(
      'true of several quantities, also of related entities; while a value is missing nothing changes',
    ),
])

const fields = {
  nameVi: Name,
  nameEn: Name,
  severity: z.enum(SEVERITIES),
  scope: z.strictObject({
    types: z.array(Id).max(100).optional(),
    domain: z.enum(['traffic', 'water', 'power', 'environment']).optional(),
    area: AreaCode.optional(),
    entities: z.array(Id).max(10_000).optional(),
  }),
  condition: Condition,
  adviceVi: Name.optional(),
  adviceEn: Name.optional(),
}
export const RuleId = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/)
  .max(100)
export const RuleBody = z.strictObject({ ...fields, isEnabled: z.boolean().optional() })
export const ShownRule = z.object({
  ...fields,
  id: z.string(),
  isEnabled: z.boolean(),
  origin: z.enum(['model', 'user']),
  revision: z.number(),
})
