import type { Server } from 'node:http'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import {
  type FastifyPluginAsyncZod,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { AGENCY } from '../digital-twin/indicator/home.ts'
import { WINDOW_DAYS } from '../digital-twin/indicator/method.ts'
import { DbError } from '../store/db.ts'
import { dispositionOf } from '../store/db-errors.ts'
import { Access, identify } from './access.ts'
import { recordChanges } from './audit-trail.ts'
import type { ApiParts } from './parts.ts'
import { problem } from './problem.ts'
import { activityImportRoutes } from './routes/activity-import.ts'
import { alarmRuleRoutes } from './routes/alarm-rules.ts'
import { alarmRoutes } from './routes/alarms.ts'
import { areaRoutes } from './routes/areas.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { catalogueDcatRoutes } from './routes/catalogue-dcat.ts'
import { claimRoutes } from './routes/claims.ts'
import { commandRoutes } from './routes/commands.ts'
import { comparatorRoutes } from './routes/comparators.ts'
import { crosswalkRoutes } from './routes/crosswalks.ts'
import { decodeRoutes } from './routes/decode.ts'
import { deviceAreasImportRoutes } from './routes/device-areas-import.ts'
import { deviceRoutes } from './routes/devices.ts'
import { entityRoutes } from './routes/entities.ts'
import { entityStateRoutes } from './routes/entity-states.ts'
import { gatewayRoutes } from './routes/gateways.ts'
import { graphRoutes } from './routes/graph.ts'
import { healthRoutes } from './routes/health.ts'
import { importRoutes } from './routes/import.ts'
import { importsRoutes } from './routes/imports.ts'
import { indicatorExplanationRoutes } from './routes/indicator-explanation.ts'
import { indicatorReportRoutes } from './routes/indicator-report.ts'
import { indicatorViewRoutes } from './routes/indicator-views.ts'
import { indicatorRoutes } from './routes/indicators.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { mappingRoutes } from './routes/mappings.ts'
import { messageRoutes } from './routes/messages.ts'
import { ngsiRoutes } from './routes/ngsi-ld.ts'
import { notificationChannelRoutes } from './routes/notification-channels.ts'
import { observationRoutes } from './routes/observations.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { pageRoutes } from './routes/pages.ts'
import { populationRoutes } from './routes/populations.ts'
import { profileRoutes } from './routes/profiles.ts'
import { refusedConnectionRoutes } from './routes/refused-connections.ts'
import { rejectionRoutes } from './routes/rejections.ts'
import { relationRoutes } from './routes/relations.ts'
import { releaseCalendarRoutes } from './routes/release-calendar.ts'
import { releasePublicationRoutes } from './routes/release-publication.ts'
import { releaseRoutes } from './routes/releases.ts'
import { replayRoutes } from './routes/replay.ts'
import { reportedConnectionRoutes } from './routes/reported-connections.ts'
import { sdmxRoutes } from './routes/sdmx.ts'
import { sensorThingsRoutes } from './routes/sensorthings.ts'
import { sessionRoutes } from './routes/session.ts'
import { simRoutes } from './routes/sims.ts'
import { simsImportRoutes } from './routes/sims-import.ts'
import { snippetRoutes } from './routes/snippets.ts'
import { streamRoutes } from './routes/stream.ts'
import { systemRoutes } from './routes/system.ts'
import { targetRoutes } from './routes/targets.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { upstreamRoutes } from './routes/upstreams.ts'
import { waterBalanceRoutes } from './routes/water-balance.ts'
import { sendSafeHeaders } from './safe-headers.ts'
import { Sessions } from './sessions.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { StreamHub } from './stream-hub.ts'

// To add a route: its file, and its line here.
const V1_ROUTES: readonly FastifyPluginAsyncZod<StreamRouteOptions>[] = [
  activityImportRoutes,
  alarmRoutes,
  alarmRuleRoutes,
  areaRoutes,
  auditRoutes,
  catalogueRoutes,
  claimRoutes,
  commandRoutes,
  comparatorRoutes,
  crosswalkRoutes,
  decodeRoutes,
  deviceAreasImportRoutes,
  deviceRoutes,
  entityRoutes,
  entityStateRoutes,
  gatewayRoutes,
  graphRoutes,
  importRoutes,
  importsRoutes,
  indicatorExplanationRoutes,
  indicatorReportRoutes,
  indicatorRoutes,
  indicatorViewRoutes,
  mappingRoutes,
  messageRoutes,
  notificationChannelRoutes,
  observationRoutes,
  oidcRoutes,
  populationRoutes,
  profileRoutes,
  refusedConnectionRoutes,
  rejectionRoutes,
  relationRoutes,
  releaseCalendarRoutes,
  releasePublicationRoutes,
  releaseRoutes,
  replayRoutes,
  reportedConnectionRoutes,
  sessionRoutes,
  simRoutes,
  simsImportRoutes,
  snippetRoutes,
  streamRoutes,
  systemRoutes,
  targetRoutes,
  tokenRoutes,
  upstreamRoutes,
  waterBalanceRoutes,
]

const BODY_BYTES_MAX = 1024 * 1024

/** The HTTP application, without a port. */
export async function buildApp(parts: ApiParts): Promise<FastifyInstance> {
  const server = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 60_000,
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 1024 },
    trustProxy: parts.trustedProxies ?? false,
    frameworkErrors: ({ message }: Error, _: unknown, reply: FastifyReply) =>
      problem(reply, 400, 'not_valid', message),
  }
  const app = (parts.tls ? Fastify({ ...server, https: parts.tls }) : Fastify(server)) as FastifyInstance
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  takeEmptyBodies(app)
  answerWithProblems(app, parts)
  sendSafeHeaders(app.server as Server, parts.tls !== null)
  await app.register(cookie)
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Plumbline',
        version: '1',
        description: 'IoT ingestion, live twins and the indicator of IoT connections per person.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          device: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: false })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  const sessions = new Sessions(parts.credentials, parts.secretKey)
  const access = new Access(parts.credentials, sessions, new SignInGuard(parts.audit))
  const figures = {
    figures: parts.indicator,
    agency: AGENCY,
    isSynthetic: parts.isSynthetic,
    windowDays: WINDOW_DAYS,
  }
  const options = { parts, access, hub: new StreamHub(parts.twins, parts.alarms, parts.commands) }
  await app.register(
    async (v1) => {
      identify(v1, access)
      recordChanges(v1, parts.audit)
      v1.addHook('onResponse', async ({ method }, { statusCode }) => {
        if (method !== 'GET' && method !== 'HEAD' && statusCode < 400) parts.indicator.forget()
      })
      for (const routes of V1_ROUTES) await v1.register(routes, options)
      await v1.register(catalogueDcatRoutes, {
        ...figures,
        ...parts.publication,
        methodPath: '/api/v1/indicators/methodology',
      })
    },
    { prefix: '/api/v1' },
  )
  await app.register(ngsiRoutes, { prefix: '/ngsi-ld/v1', ...options })
  await app.register(sensorThingsRoutes, options)
  await app.register(sdmxRoutes, { prefix: '/sdmx/v2', access, ...figures })
  await app.register(ingestRoutes, options)
  await app.register(healthRoutes, options)
  await app.register(pageRoutes, options)
  return app
}

export interface RouteOptions {
  readonly parts: ApiParts
  readonly access: Access
}

export interface StreamRouteOptions extends RouteOptions {
  readonly hub: StreamHub
}

/** Scripts send one set of headers with every request: a body that is announced and empty is no body. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) =>
    body === '' ? done(null) : parse(request, body, done),
  )
}

function answerWithProblems(app: FastifyInstance, { log }: ApiParts): void {
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, 'no_such_route', `${request.method} ${request.url.split('?', 1)[0]}`),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.validation) {
      const faults = error.validation.map(
        ({ instancePath, message }) => `${error.validationContext}${instancePath}: ${message}`,
      )
      return problem(reply, 400, 'not_valid', faults.join('; '))
    }
    const disposition = error instanceof DbError ? dispositionOf(error) : null
    if (disposition === 'reject') return problem(reply, 400, 'not_storable', error.message)
    if (disposition === 'retry')
      return problem(
        reply.header('retry-after', '5'),
        503,
        'database_busy',
        'the database does not answer right now',
      )
    const status = error.statusCode ?? 500
    if (status === 503) return problem(reply.header('retry-after', '1'), 503, 'busy', error.message)
    if (status === 415)
      return problem(
        reply,
        status,
        'unknown_content_type',
        `Content-Type ${JSON.stringify(request.headers['content-type'] ?? '')}: takes application/json, or what /docs says of this route`,
      )
    if (status < 500) return problem(reply, status, error.code?.toLowerCase() ?? 'not_valid', error.message)
    log.error({ err: error, method: request.method, url: request.url.split('?', 1)[0] }, 'a request failed')
    return problem(reply, 500, 'internal', 'the log of the platform says more')
  })
}
