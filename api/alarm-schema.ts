import { z } from 'zod'
import { SEVERITIES } from '../core/alarm.ts'

const text = z.string().nullable()
const number = z.number().nullable()

export const AlarmSchema = z.object({
  id: z.number(),
  kind: z.string(),
  rule: z.string(),
  ruleNameVi: text,
  ruleNameEn: text,
  severity: z.enum(SEVERITIES),
  state: z.enum(['active', 'cleared']),
  device: text,
  entity: text,
  area: text,
  address: text,
  text: z.string().describe('what happened, and what to do about it'),
  textVi: text.describe('the same in Vietnamese'),
  adviceVi: text,
  adviceEn: text,
  quantity: text.describe('the key of the reading that raised it'),
  value: number,
  bound: number,
  unit: text,
  details: z.record(z.string(), z.unknown()),
  raisedAt: z.string(),
  lastAt: z.string().describe('when the same was found again last'),
  count: z.number().describe('how many times it was found while active'),
  clearedAt: text,
  acknowledgedAt: text,
  acknowledgedBy: text.describe('the name of the token'),
  note: text,
  shelvedUntil: text,
  shelvedBy: text,
  group: number.describe('the alarm that it follows from'),
  members: z.number().describe('how many alarms follow from it; GET /alarms?group=<id> lists them'),
})

export const AlarmWithEvents = AlarmSchema.extend({
  events: z
    .array(z.object({ time: z.string(), what: z.string(), by: text, note: text }))
    .describe('what happened to it, the newest 500; by: null is the platform itself'),
})
