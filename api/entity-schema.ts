import { z } from 'zod'
import { COMMAND_STATUSES } from '../core/command.ts'
import { Location, QualityCode } from './schemas.ts'

const QuantityState = z.object({
  value: z.number().nullable(),
  label: z.string().optional(),
  unit: z.string(),
  time: z.string(),
  quality: QualityCode,
  device: z.string(),
})

const DerivedState = z.object({
  value: z.number().nullable(),
  label: z.string().optional(),
  coverage: z
    .number()
    .optional()
    .describe(
      'where not all of what it follows from was heard: the share that was, of which it is estimated',
    ),
  unit: z.string(),
  time: z.string(),
})

const Desired = z.object({
  value: z.number().nullable(),
  label: z.string().optional(),
  time: z.string(),
  command: z.string(),
  status: z.enum(COMMAND_STATUSES),
})

// PostgreSQL's text holds no U+0000.
const Text = z
  .string()
  .max(200)
  .regex(/^[^\0]*$/u, 'takes text without U+0000')

export const Attributes = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), z.union([z.number(), Text]))
  .refine((attributes) => Object.keys(attributes).length <= 50, 'takes at most 50')
export const EntityName = Text.trim().min(1)

/** An entity as every answer shows it. */
export const Entity = z.object({
  id: z.string(),
  type: z.string(),
  domain: z.enum(['traffic', 'water', 'power', 'environment']),
  name: z.string().nullable(),
  attributes: Attributes.describe('what no sensor tells, by its id in /entity-types'),
  area: z.string().nullable(),
  location: Location.nullable(),
  session: z.enum(['connected', 'disconnected', 'unknown']),
  freshness: z.enum(['fresh', 'late', 'silent']),
  lastSeen: z.string().nullable(),
  intervalS: z.number().describe('expected seconds between readings: what the freshness is judged by'),
  quantities: z.record(z.string(), QuantityState),
  derived: z.record(z.string(), DerivedState).describe('what follows from other values'),
  desired: z
    .record(z.string(), Desired)
    .describe('what was asked of the device, by the quantity that tells when it is done'),
  revision: z.number(),
})
