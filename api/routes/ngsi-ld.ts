import type { FastifyError, FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { DbError } from '../../store/db.ts'
import { dispositionOf } from '../../store/db-errors.ts'
import { type Access, allow, identify } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { recordChanges } from '../audit-trail.ts'
import { bad, refuse, unsupported } from '../ngsi-ld/faults.ts'
import { Notifier } from '../ngsi-ld/notifier.ts'
import { TwinEntities } from '../ngsi-ld/twin-entities.ts'
import { contextDocument } from '../ngsi-ld/vocabulary.ts'
import type { ApiParts } from '../parts.ts'
import { ngsiEntityRoutes } from './ngsi-ld-entities.ts'
import { ngsiSubscriptionRoutes } from './ngsi-ld-subscriptions.ts'
import { ngsiTemporalRoutes } from './ngsi-ld-temporal.ts'
import { ngsiTypeRoutes } from './ngsi-ld-types.ts'

export interface NgsiOptions {
  readonly parts: ApiParts
  readonly access: Access
  readonly entities: TwinEntities
  readonly notifier: Notifier
}

/** NGSI-LD, ETSI GS CIM 009 V1.8: reading, and subscriptions. See docs/standards.md. */
export const ngsiRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  identify(app, access)
  recordChanges(app, parts.audit)
  answerWithFaults(app, parts)
  takeLinkedData(app)
  const entities = new TwinEntities(parts, parts.relations)
  const notifier = new Notifier(parts, entities)
  app.addHook('onReady', async () => notifier.start())
  app.addHook('onClose', async () => notifier.stop())

  app.get(
    '/context.jsonld',
    // JSON-LD processors send no token with what they follow.
    { config: { open: true }, schema: { tags: ['ngsi-ld'], description: 'The @context of our names.' } },
    async (_request, reply) =>
      reply.type('application/ld+json').header('cache-control', 'max-age=3600').send(contextDocument()),
  )
  const options: NgsiOptions = { parts, access, entities, notifier }
  await app.register(ngsiEntityRoutes, options)
  await app.register(ngsiTypeRoutes, options)
  await app.register(ngsiTemporalRoutes, options)
  await app.register(ngsiSubscriptionRoutes, options)
  refuseWrites(app)
}

const CHANGES: readonly HTTPMethods[] = ['POST', 'PUT', 'PATCH', 'DELETE']
const ONE: readonly HTTPMethods[] = ['PUT', 'PATCH', 'DELETE']
const ALL: readonly HTTPMethods[] = ['GET', ...CHANGES]

/** What the standard has and we do not: by path, the methods, and those that the path does take. */
const REFUSED: readonly (readonly [path: string, methods: readonly HTTPMethods[], takes: string])[] = [
  ['/entities', CHANGES, 'GET'],
  ['/entities/:entityId', CHANGES, 'GET'],
  ['/entities/:entityId/attrs', CHANGES, ''],
  ['/entities/:entityId/attrs/:attribute', CHANGES, ''],
  ['/entityOperations/:operation', ['POST'], ''],
  ['/temporal/entities', CHANGES, 'GET'],
  ['/temporal/entities/:entityId', CHANGES, 'GET'],
  ['/temporal/entities/:entityId/attrs', CHANGES, ''],
  ['/temporal/entities/:entityId/attrs/:attribute', CHANGES, ''],
  ['/temporal/entityOperations/query', ['POST'], ''],
  ['/subscriptions', ONE, 'GET, POST'],
  ['/csourceRegistrations', ALL, ''],
  ['/csourceRegistrations/:id', ALL, ''],
  ['/csourceSubscriptions', ALL, ''],
  ['/csourceSubscriptions/:id', ALL, ''],
  ['/jsonldContexts', ALL, ''],
  ['/jsonldContexts/:id', ALL, ''],
]

const INSTEAD =
  'values come from devices, which send them by MQTT or POST /ingest; names and attributes change with PATCH /api/v1/entities/{id}; to look, use GET'

function refuseWrites(app: FastifyInstance): void {
  for (const [url, method, takes] of REFUSED)
    app.route({
      method: [...method],
      url,
      onRequest: allow(),
      config: { audit: false },
      schema: { hide: true },
      handler: (request, reply) =>
        refuse(
          reply.header('allow', takes),
          unsupported(`${request.method} ${request.routeOptions.url}: ${INSTEAD}`),
          405,
        ),
    })
}

/** JSON-LD is JSON; its @context is not followed, names are ours (5.5.7). */
function takeLinkedData(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  for (const type of ['application/ld+json', 'application/merge-patch+json'])
    app.addContentTypeParser(type, { parseAs: 'string' }, parse)
}

function answerWithFaults(app: FastifyInstance, { log }: ApiParts): void {
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, { kind: 'ResourceNotFound', detail: pathOf(request) }),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.validation) {
      const faults = error.validation.map(
        ({ instancePath, message }) => `${error.validationContext}${instancePath}: ${message}`,
      )
      return refuse(reply, bad(faults.join('; ')))
    }
    const isBusy = error instanceof DbError && dispositionOf(error) === 'retry'
    if (isBusy || error.statusCode === 503)
      return refuse(
        reply.header('retry-after', '5'),
        { kind: 'InternalError', detail: 'the database does not answer right now' },
        503,
      )
    if (error instanceof DbError && dispositionOf(error) === 'reject')
      return refuse(reply, bad(error.message))
    const status = error.statusCode ?? 500
    if (status < 500) return refuse(reply, { kind: 'InvalidRequest', detail: error.message }, status)
    log.error({ err: error, method: request.method, url: pathOf(request) }, 'a request failed')
    return refuse(reply, { kind: 'InternalError', detail: 'the log of the platform says more' })
  })
}

const pathOf = ({ method, url }: FastifyRequest): string => `${method} ${url.split('?', 1)[0]}`
