import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { messageDocument, ShownMessage } from '../message-document.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams, limit, page } from '../schemas.ts'
import { endWithSession } from '../session-end.ts'

const FOLLOWERS_MAX = 50
const PING_MS = 5000
/** A follower that does not read is cut off at this. */
const UNREAD_BYTES_MAX = 1024 * 1024

/** The messages of one device as they come in, with what became of each. */
export const messageRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const open = new Map<() => void, string>()
  app.addHook('preClose', async () => {
    for (const end of open.keys()) end()
  })
  parts.credentials.onRevoked((revoked) => {
    for (const [end, opener] of open) if (opener === revoked) end()
  })

  app.get(
    '/devices/:id/messages',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description:
          'The last messages of a device (or through a gateway), newest first. To ask is to watch: kept are those since the device was registered or first asked for, for an hour after the last look. With Accept: text/event-stream each one as it comes in, as event "message".',
        params: IdParams,
        querystring: z.object({ limit: limit(200, 50) }),
        response: { 200: page(ShownMessage), 404: Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!parts.registry.device(id)) return problem(reply, 404, 'not_found', 'no such device')
      const last = parts.tail.of(id, request.query.limit)
      if (!request.headers.accept?.includes('text/event-stream')) return { items: last.map(messageDocument) }
      if (open.size >= FOLLOWERS_MAX)
        return problem(
          reply.header('retry-after', '30'),
          503,
          'too_many_streams',
          'close one, or ask again later',
        )
      reply.hijack()
      const response = reply.raw
      endWithSession(response, request.principal?.expiresAt ?? null)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      // So that whoever waits for a first message knows at once that it is listened for.
      response.flushHeaders()
      const send = (message: (typeof last)[number]): void => {
        if (response.writableLength > UNREAD_BYTES_MAX) return void response.destroy()
        response.write(
          `id: ${message.seq}\nevent: message\ndata: ${JSON.stringify(messageDocument(message))}\n\n`,
        )
      }
      for (const message of last.reverse()) send(message)
      const stop = parts.tail.follow(id, send)
      const ping = setInterval(() => response.write('event: ping\ndata: {}\n\n'), PING_MS)
      const end = () => response.end()
      open.set(end, request.principal?.id ?? '')
      response.once('close', () => {
        stop()
        clearInterval(ping)
        open.delete(end)
      })
      return reply
    },
  )
}
