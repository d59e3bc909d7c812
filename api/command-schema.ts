import { z } from 'zod'
import { COMMAND_STATUSES, REPORTED_STATES } from '../core/command.ts'
import { Id } from './schemas.ts'

const text = z.string().nullable()

export const CommandSchema = z.object({
  id: z.string(),
  entity: z.string(),
  device: z.string().describe('that it is for'),
  name: z.string(),
  args: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  status: z.enum(COMMAND_STATUSES),
  by: z.string().describe('the name of the token'),
  note: text,
  issuedAt: z.string(),
  expiresAt: z.string().describe('it is not sent from then on'),
  sentAt: text,
  endedAt: text,
  answeredAt: text.describe('when the device answered; it may be after it had expired'),
  detail: text.describe('what the device said, or why it ended'),
  reported: z
    .enum(REPORTED_STATES)
    .nullable()
    .describe('whether the quantity that tells it has followed; null: none tells'),
  reportedAt: text,
  replacedBy: text.describe('the newer command that took its place'),
})

const EXPIRES_S_MIN = 1
export const EXPIRES_S_MAX = 86_400

export const NewCommand = z.strictObject({
  name: Id,
  args: z.record(z.string().max(64), z.unknown()).default({}),
  expiresInS: z
    .number()
    .int()
    .min(EXPIRES_S_MIN)
    .max(EXPIRES_S_MAX)
    .optional()
    .describe(
      'absent: 60 while the device is there to hear it, else two of its intervals, from ten minutes to a day',
    ),
  note: z
    .string()
    .max(1000)
    // PostgreSQL's text holds no U+0000.
    .transform((note) => note.toWellFormed().replaceAll('\0', '\ufffd'))
    .optional(),
  key: Id.optional().describe('your own: asked for again with the same key it is the same command'),
})
