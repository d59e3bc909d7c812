import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ALARM_KINDS, SEVERITIES } from '../../core/alarm.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import type { NotificationChannel } from '../../store/notification-channels.ts'
import { type ChannelRecord, channelRecords } from '../../store/notifications.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import { Problem, problem } from '../problem.ts'
import { AreaCode, Id, IdParams, page } from '../schemas.ts'

const CHANNELS_MAX = 50
const tags = ['alarms']
const onRequest = allow('admin')

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

const Settings = z.object({
  name: Text.min(1).max(100),
  url: Url,
  secret: Text.min(16)
    .max(512)
    .describe('signs what is sent; stored encrypted. Absent: one is made, and shown once'),
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
const Patch = Settings.partial()
const Body = Settings.partial().extend({
  id: Id,
  kind: z.literal('webhook').default('webhook'),
  name: Settings.shape.name,
  url: Url,
})
const Shown = Settings.omit({ secret: true }).extend({
  id: z.string(),
  kind: z.literal('webhook'),
  isUnreadable: z.boolean().describe('its secret was sealed with another key: set it anew'),
  createdAt: z.string(),
  waiting: z.number(),
  sent: z.number(),
  givenUp: z.number(),
  lastSentAt: z.string().nullable(),
  lastFault: z.string().nullable(),
})

/** Where word of alarms goes; docs/alarms.md. */
export const notificationChannelRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { notifier, store } = options.parts
  const { db } = store
  await app.register(endAndTest, options)
  const shown = async (channel: NotificationChannel) =>
    shownChannel(channel, (await channelRecords(db)).get(channel.id))

  app.get(
    '/notification-channels',
    { onRequest, schema: { tags, response: { 200: page(Shown) } } },
    async () => {
      const records = await channelRecords(db)
      return {
        items: (await notifier.channels.list()).map((channel) =>
          shownChannel(channel, records.get(channel.id)),
        ),
      }
    },
  )

  app.post(
    '/notification-channels',
    {
      onRequest,
      schema: {
        tags,
        description: 'Tells an HTTP address of alarms raised, cleared and not acknowledged, from now on.',
        body: Body,
        response: { 201: Shown.extend({ secret: z.string().optional() }), 404: Problem, 409: Problem },
      },
    },
    async ({ body }, reply) => {
      const before = await notifier.channels.list()
      if (before.some(({ id }) => id === body.id))
        return problem(reply, 409, 'channel_exists', `there is a channel ${body.id}`)
      if (before.length >= CHANNELS_MAX)
        return problem(reply, 409, 'too_many_channels', `there are ${CHANNELS_MAX} channels already`)
      const missing = await missingArea(db, body.area, microsNow())
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const secret = body.secret ?? randomBytes(32).toString('base64url')
      const channel: NotificationChannel = {
        ...{ severity: 'high', kinds: ['process', 'security'], area: null, domain: null },
        ...{ remindMinutes: null, isEnabled: true },
        ...given(body),
        ...{ id: body.id, kind: body.kind, name: body.name, url: body.url, secret, createdAt: microsNow() },
      }
      await notifier.channels.put(channel)
      notifier.channelsChanged()
      return reply
        .code(201)
        .send({ ...(await shown(channel)), ...(body.secret === undefined ? { secret } : {}) })
    },
  )

  app.patch(
    '/notification-channels/:id',
    {
      onRequest,
      schema: {
        tags,
        description: 'What is absent stays.',
        params: IdParams,
        body: Patch,
        response: { 200: Shown, 404: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const before = await findChannel(notifier, id)
      if (!before) return problem(reply, 404, 'not_found', `no channel ${id}`)
      const missing = await missingArea(db, body.area, microsNow())
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const channel: NotificationChannel = { ...before, ...given(body) }
      await notifier.channels.put(channel)
      notifier.channelsChanged()
      return shown(channel)
    },
  )
}

const endAndTest: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { notifier } }) => {
  app.delete(
    '/notification-channels/:id',
    {
      onRequest,
      schema: {
        tags,
        description: 'With what it has not told yet.',
        params: IdParams,
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!(await notifier.channels.remove(id))) return problem(reply, 404, 'not_found', `no channel ${id}`)
      notifier.channelsChanged()
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/notification-channels/:id/test',
    {
      onRequest,
      schema: {
        tags,
        description: 'Sends one message with the event `test` and no alarm, now and once.',
        params: IdParams,
        response: { 200: z.object({ isTaken: z.boolean(), fault: z.string().nullable() }), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      const channel = await findChannel(notifier, id)
      if (!channel) return problem(reply, 404, 'not_found', `no channel ${id}`)
      const fault = await notifier.test(channel)
      return { isTaken: fault === null, fault }
    },
  )
}

const findChannel = async ({ channels }: RouteOptions['parts']['notifier'], id: string) =>
  (await channels.list()).find((channel) => channel.id === id)

const given = (body: z.infer<typeof Patch>): Partial<NotificationChannel> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

function shownChannel(
  { secret, createdAt, kinds, ...channel }: NotificationChannel,
  record: ChannelRecord | undefined,
): z.infer<typeof Shown> {
  return {
    ...channel,
    kinds: [...kinds],
    domain: channel.domain as z.infer<typeof Shown>['domain'],
    isUnreadable: secret === null,
    createdAt: formatTime(createdAt),
    waiting: record?.waiting ?? 0,
    sent: record?.sent ?? 0,
    givenUp: record?.givenUp ?? 0,
    lastSentAt: record?.lastSentAt ? formatTime(record.lastSentAt) : null,
    lastFault: record?.lastFault ?? null,
  }
}
