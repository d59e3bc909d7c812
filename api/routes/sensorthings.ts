import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { allow, identify } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Catalogue } from '../sensorthings/catalogue.ts'
import { SETS } from '../sensorthings/model.ts'
import { Budget, Refusal } from '../sensorthings/refusal.ts'
import { answerTo } from '../sensorthings/service.ts'

const PREFIX = '/sensorthings/v1.1'
const REQUIREMENTS = 'http://www.opengis.net/spec/iot_sensing/1.1/req'
/** OGC 18-088 §9.2.1: the requirements that are met whole. */
const CONFORMANCE = [
  'datamodel',
  'resource-path/resource-path-to-entities',
  ...[
    'order',
    'expand',
    'select',
    'status-code',
    'query-status-code',
    'orderby',
    'top',
    'skip',
    'count',
    'filter',
    'built-in-filter-operations',
    'pagination',
  ].map((name) => `request-data/${name}`),
].map((name) => `${REQUIREMENTS}/${name}`)

const READ_ONLY =
  'SensorThings is for reading here. Devices send readings over MQTT or POST /ingest/…; entities and devices are made with POST /api/v1/entities and /api/v1/devices'

/** Read access by OGC SensorThings 1.1 (OGC 18-088): docs/sensorthings.md. */
export const sensorThingsRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  identify(app, access)
  const catalogue = new Catalogue(parts.registry, parts.store.db)
  const tags = ['sensorthings']

  app.get(
    PREFIX,
    { onRequest: allow(), schema: { tags, response: { 200: z.any(), 401: Problem } } },
    async (request) => rootOf(baseOf(request)),
  )

  app.get(
    `${PREFIX}/*`,
    {
      onRequest: allow(),
      schema: {
        tags,
        description:
          'A resource path of OGC SensorThings 1.1 with $filter, $expand, $orderby, $select, $top, $skip, $count.',
        params: z.object({ '*': z.string() }),
        querystring: z.record(z.string(), z.any()),
        response: { 200: z.any(), 204: z.null(), 400: Problem, 404: Problem, 501: Problem },
      },
    },
    async (request, reply) => {
      // Our own documents need no check.
      reply.serializer(JSON.stringify)
      if (request.params['*'] === '') return rootOf(baseOf(request))
      try {
        await catalogue.refresh()
        const answering = { catalogue, db: parts.store.db, base: baseOf(request), budget: new Budget() }
        const answer = await answerTo(answering, request.params['*'], request.query)
        if (answer.kind === 'nothing') return reply.code(204).send(null)
        if (answer.kind === 'json') return answer.body
        return reply.type('text/plain; charset=utf-8').serializer(String).send(answer.text)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return problem(reply, error.status, error.code, error.message)
      }
    },
  )

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
    app.route({
      method,
      url: `${PREFIX}/*`,
      onRequest: allow(),
      schema: { tags, params: z.object({ '*': z.string() }), response: { 405: Problem } },
      handler: async (_, reply) => problem(reply.header('allow', 'GET, HEAD'), 405, 'read_only', READ_ONLY),
    })
}

const rootOf = (base: string) => ({
  value: Object.keys(SETS).map((name) => ({ name, url: `${base}/${name}` })),
  serverSettings: { conformance: CONFORMANCE },
})

const baseOf = ({ protocol, host }: { protocol: string; host: string }): string =>
  `${protocol}://${host}${PREFIX}`
