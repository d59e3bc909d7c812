import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ALARM_KINDS, SEVERITIES } from '../core/alarm.ts'
import { formatTime, microsNow } from '../core/time.ts'
import type { NotificationChannel } from '../store/notification-channels.ts'
import type { ChannelRecord } from '../store/notifications.ts'
import { AreaCode, Id } from './schemas.ts'

const RECIPIENTS_MAX = 20

const Url = z
  .string()
  .max(1024)
  .refine((text) => {
    if (!URL.canParse(text)) return false
    const { protocol, username, password } = new URL(text)
    return /^https?:$/.test(protocol) && username === '' && password === ''
  }, 'takes http:// or https://, without user name and password')
  .describe('may lie inside the own network: only the administrator sets it')
const Text = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'takes Unicode text without U+0000')
const Recipients = z
  .array(z.email('takes addresses such as duty@example.org').max(254))
  .min(1)
  .max(RECIPIENTS_MAX)
  .refine((all) => new Set(all).size === all.length, 'names an address twice')

const Common = z.object({
  name: Text.min(1).max(100),
  severity: z.enum(SEVERITIES).describe('the least that it tells of'),
  kinds: z.array(z.enum(ALARM_KINDS)).min(1).max(ALARM_KINDS.length),
  area: AreaCode.nullable().describe('with all areas below it; null: all'),
  domain: z.enum(['traffic', 'water', 'power', 'environment']).nullable(),
  remindMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .nullable()
    .describe('an alarm that nobody has acknowledged for so long is told of once more'),
  isEnabled: z.boolean(),
})
const OfWebhook = z.object({
  url: Url,
  secret: Text.min(16)
    .max(512)
    .describe('signs what is sent; stored encrypted. Absent: one is made, and shown once'),
})
const OfEmail = z.object({
  recipients: Recipients.describe('all in one mail'),
  language: z.enum(['vi', 'en']),
})
const Kind = z.enum(['webhook', 'email'])
const OF_KIND = { webhook: Object.keys(OfWebhook.shape), email: Object.keys(OfEmail.shape) }

export const ChannelPatch = Common.extend({ ...OfWebhook.shape, ...OfEmail.shape }).partial()
export const ChannelBody = ChannelPatch.extend({
  id: Id,
  kind: Kind.default('webhook'),
  name: Common.shape.name,
}).superRefine((body, context) => {
  const needed = body.kind === 'webhook' ? 'url' : 'recipients'
  if (body[needed] === undefined)
    context.addIssue({ code: 'custom', path: [needed], message: `is needed: the kind is ${body.kind}` })
  const foreign = foreignTo(body.kind, body)
  if (foreign) context.addIssue({ code: 'custom', path: [foreign], message: notOf(body.kind) })
})
export const ShownChannel = Common.extend({
  id: z.string(),
  kind: Kind,
  url: z.string().nullable().describe('of a webhook'),
  recipients: z.array(z.string()).nullable().describe('of email'),
  language: OfEmail.shape.language.nullable().describe('of email'),
  isUnreadable: z.boolean().describe('its secret was sealed with another key: set it anew'),
  createdAt: z.string(),
  waiting: z.number(),
  sent: z.number(),
  givenUp: z.number(),
  lastSentAt: z.string().nullable(),
  lastFault: z.string().nullable(),
})

export const notOf = (kind: NotificationChannel['kind']): string => `is not of the kind ${kind}`

/** The first member that belongs to the other kind; undefined: there is none. */
export function foreignTo(
  kind: NotificationChannel['kind'],
  body: z.infer<typeof ChannelPatch>,
): string | undefined {
  const foreign = OF_KIND[kind === 'webhook' ? 'email' : 'webhook']
  return Object.keys(given(body)).find((name) => foreign.includes(name))
}

/** A new channel, with its secret if it was made here. */
export function newChannel(body: z.infer<typeof ChannelBody>): {
  channel: NotificationChannel
  made: { secret?: string }
} {
  const { id, kind, name, url = '', recipients = [], language = 'vi', secret, ...rest } = body
  const common = {
    ...{ severity: 'high' as const, kinds: ['process', 'security'] as const, area: null, domain: null },
    ...{ remindMinutes: null, isEnabled: true },
    ...given(rest),
    ...{ id, name, createdAt: microsNow() },
  }
  if (kind === 'email') return { channel: { ...common, kind, recipients, language }, made: {} }
  const own = secret ?? randomBytes(32).toString('base64url')
  return {
    channel: { ...common, kind, url, secret: own },
    made: secret === undefined ? { secret: own } : {},
  }
}

export const changedChannel = (
  before: NotificationChannel,
  body: z.infer<typeof ChannelPatch>,
): NotificationChannel => ({ ...before, ...given(body) })

const given = <T extends object>(body: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

export function shownChannel(
  channel: NotificationChannel,
  record: ChannelRecord | undefined,
): z.infer<typeof ShownChannel> {
  const { id, name, kind, severity, area, remindMinutes, isEnabled } = channel
  const isMail = channel.kind === 'email'
  return {
    ...{ id, name, kind, severity, area, remindMinutes, isEnabled },
    kinds: [...channel.kinds],
    domain: channel.domain as z.infer<typeof ShownChannel>['domain'],
    url: isMail ? null : channel.url,
    recipients: isMail ? [...channel.recipients] : null,
    language: isMail ? channel.language : null,
    isUnreadable: !isMail && channel.secret === null,
    createdAt: formatTime(channel.createdAt),
    waiting: record?.waiting ?? 0,
    sent: record?.sent ?? 0,
    givenUp: record?.givenUp ?? 0,
    lastSentAt: record?.lastSentAt ? formatTime(record.lastSentAt) : null,
    lastFault: record?.lastFault ?? null,
  }
}
