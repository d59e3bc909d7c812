import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import type { LiveUpstreams, Upstream, UpstreamState } from '../../core/upstream.ts'
import { UpstreamStore } from '../../store/upstreams.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams, page } from '../schemas.ts'
import { NewUpstream, pemFault, ShownUpstream, shownUpstream, UpstreamLogin } from '../upstream-document.ts'

/** Each is a connection and a label of the metrics. */
const UPSTREAMS_MAX = 100
const tags = ['wiring']

/** Brokers of other people's from which messages come in; docs/upstreams.md. */
export const upstreamRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, upstreams } = parts
  const store = new UpstreamStore(parts.store.db, parts.secretKey)
  const shown = showing(upstreams)
  await app.register(loginRoutes, { parts, store })

  app.get(
    '/upstreams',
    { onRequest: allow('integrator', 'operator'), schema: { tags, response: { 200: page(ShownUpstream) } } },
    async () => ({ items: (await store.list()).map(shown) }),
  )

  app.post(
    '/upstreams',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description:
          'Connects to an MQTT broker and takes in what it sends on these topics. It keeps trying; GET says how it is.',
        body: NewUpstream,
        response: { 201: ShownUpstream, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ body }, reply) => {
      if (registry.device(body.device)?.role !== 'gateway')
        return problem(reply, 404, 'gateway_not_found', `no device ${body.device} with the role gateway`)
      const { id, username = null, password = null, ca = null, cert = null, key = null, ...rest } = body
      const login = { username, password, ca, cert, key }
      const fault = pemFault(login)
      if (fault) return problem(reply, 400, 'not_valid', fault)
      if ((await store.list()).length >= UPSTREAMS_MAX)
        return problem(reply, 409, 'too_many_upstreams', `there are ${UPSTREAMS_MAX} upstreams already`)
      // Never that of an earlier upstream of this id, whose session may still be at the broker.
      const clientId = rest.clientId ?? `plumbline-${id}-${randomBytes(4).toString('hex')}`
      const upstream: Upstream = {
        ...rest,
        ...login,
        id,
        clientId,
        isUnreadable: false,
        createdAt: microsNow(),
      }
      if (!(await store.insert(upstream)))
        return problem(reply, 409, 'upstream_exists', 'delete it first, or change its login with PATCH')
      await upstreams.put(upstream)
      return reply.code(201).send(shown(upstream))
    },
  )

  app.delete(
    '/upstreams/:id',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description: 'Disconnects, and lets go of what waits at the broker.',
        params: IdParams,
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!(await store.remove(id))) return problem(reply, 404, 'not_found', `no upstream ${id}`)
      await upstreams.remove(id)
      return reply.code(204).send(null)
    },
  )
}

const loginRoutes: FastifyPluginAsyncZod<Pick<RouteOptions, 'parts'> & { store: UpstreamStore }> = async (
  app,
  { parts: { upstreams }, store },
) => {
  const shown = showing(upstreams)
  app.patch(
    '/upstreams/:id',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description:
          'Another user name, password or certificate; the session at the broker goes on. null takes one away, what is absent stays.',
        params: IdParams,
        body: UpstreamLogin,
        response: { 200: ShownUpstream, 400: Problem, 404: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const before = await store.find(id)
      if (!before) return problem(reply, 404, 'not_found', `no upstream ${id}`)
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const upstream: Upstream = { ...before, ...given, isUnreadable: false }
      const fault = pemFault(upstream)
      if (fault) return problem(reply, 400, 'not_valid', fault)
      await store.putLogin(id, upstream)
      await upstreams.put(upstream)
      return shown(upstream)
    },
  )
}

const showing = (upstreams: LiveUpstreams) => (upstream: Upstream) =>
  shownUpstream(upstream, upstreams.state(upstream.id) ?? notYet(upstream))

/** Of one that is stored and not begun yet: the database was away at the start. */
const notYet = ({ createdAt }: Upstream): UpstreamState => ({
  state: 'connecting',
  fault: null,
  since: createdAt,
  messages: 0,
  lastMessageAt: null,
  retainedIgnored: 0,
  granted: new Map(),
})
