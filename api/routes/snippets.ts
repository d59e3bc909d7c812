import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { MODELS } from '../../digital-twin/models/index.ts'
import { readerOfFormat } from '../../ingest/readers.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams } from '../schemas.ts'
import { connectionFor } from '../snippets/connection.ts'
import { exampleMessage } from '../snippets/example-message.ts'
import { SECRET_PLACEHOLDER, SNIPPETS, type SnippetName } from '../snippets/snippets.ts'

const ShownConnection = z.object({
  host: z.string(),
  httpUrl: z.string(),
  mqttPort: z.number(),
  mqttsPort: z.number().nullable().describe('null: no TLS'),
  webSocketUrl: z.string(),
  isMqttOnLoopbackOnly: z
    .boolean()
    .describe('MQTT_HOST is loopback and the host is not: no device elsewhere can come in'),
  needsCertificate: z.boolean().describe('MQTT over TLS takes a certificate of the device as well'),
})
const Name = z.enum(Object.keys(SNIPPETS) as [SnippetName, ...SnippetName[]])

/** How a device reaches the platform, ready to paste. */
export const snippetRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, wiring } = parts
  const connection = (request: FastifyRequest) => connectionFor(parts.connection, request)

  app.get(
    '/connection',
    {
      onRequest: allow(),
      schema: {
        tags: ['wiring'],
        description: 'Where devices reach the platform: by PUBLIC_HOST, or the host that is asked.',
        response: { 200: ShownConnection },
      },
    },
    async (request) => connection(request),
  )

  app.get(
    '/devices/:id/snippets',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description: `Programs and command lines that send one message as the device. ${SECRET_PLACEHOLDER} stands where its secret goes.`,
        params: IdParams,
        querystring: z.object({
          for: Name.optional(),
          tls: z.stringbool().optional().describe('over TLS; where it is there, if left out'),
        }),
        response: {
          200: z.object({
            connection: ShownConnection,
            topic: z.string(),
            payload: z.string(),
            encoding: z.enum(['text', 'hex']).describe('of payload'),
            items: z.array(z.object({ for: Name, language: z.string(), text: z.string() })),
          }),
          404: Problem,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const device = registry.device(id)
      if (!device) return problem(reply, 404, 'not_found', 'no such device')
      const profile = wiring.profile(device.profile)
      const reader = readerOfFormat(profile?.codec ?? '')
      const codec = reader?.kind === 'codec' ? reader.codec : undefined
      const message = exampleMessage(id, MODELS.get(device.type)?.quantities ?? [], profile, codec)
      const reached = connection(request)
      const tlsPort = request.query.tls === false ? null : reached.mqttsPort
      const context = { connection: reached, device: id, secret: SECRET_PLACEHOLDER, message, tlsPort }
      const wanted = request.query.for
      const names = wanted ? [wanted] : (Object.keys(SNIPPETS) as SnippetName[])
      return {
        connection: reached,
        topic: message.topic,
        payload: message.payload,
        encoding: message.isHex ? ('hex' as const) : ('text' as const),
        items: names.map((name) => ({
          for: name,
          language: SNIPPETS[name].language,
          text: SNIPPETS[name].write(context),
        })),
      }
    },
  )
}
