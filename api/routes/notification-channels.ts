import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import type { NotificationChannel } from '../../store/notification-channels.ts'
import { channelRecords } from '../../store/notifications.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import {
  ChannelBody,
  ChannelPatch,
  changedChannel,
  foreignTo,
  newChannel,
  notOf,
  ShownChannel,
  shownChannel,
} from '../notification-channel-document.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams, page } from '../schemas.ts'

const CHANNELS_MAX = 50
const tags = ['alarms']
const onRequest = allow('admin')
const NO_MAIL = 'there is no mail server: set SMTP_URL and SMTP_FROM, and start the platform again'

/** Where word of alarms goes; docs/alarms.md. */
export const notificationChannelRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  const { notifier, store } = options.parts
  const { db } = store
  await app.register(endAndTest, options)
  const shown = async (channel: NotificationChannel) =>
    shownChannel(channel, (await channelRecords(db)).get(channel.id))

  app.get(
    '/notification-channels',
    { onRequest, schema: { tags, response: { 200: page(ShownChannel) } } },
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
        description:
          'Tells an HTTP address, or people by mail, of alarms raised, cleared and not acknowledged, from now on.',
        body: ChannelBody,
        response: { 201: ShownChannel.extend({ secret: z.string().optional() }), 404: Problem, 409: Problem },
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
      if (body.kind === 'email' && !notifier.hasMail) return problem(reply, 409, 'no_mail_server', NO_MAIL)
      const { channel, made } = newChannel(body)
      await notifier.channels.put(channel)
      notifier.channelsChanged()
      return reply.code(201).send({ ...(await shown(channel)), ...made })
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
        body: ChannelPatch,
        response: { 200: ShownChannel, 400: Problem, 404: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const before = await findChannel(notifier, id)
      if (!before) return problem(reply, 404, 'not_found', `no channel ${id}`)
      const missing = await missingArea(db, body.area, microsNow())
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const foreign = foreignTo(before.kind, body)
      if (foreign) return problem(reply, 400, 'not_valid', `body/${foreign}: ${notOf(before.kind)}`)
      const channel = changedChannel(before, body)
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
