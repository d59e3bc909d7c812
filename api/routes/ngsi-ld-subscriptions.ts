import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isInside, literalAddress } from '../../core/post.ts'
import { microsNow, parseRfc3339 } from '../../core/time.ts'
import {
  findSubscription,
  insertSubscription,
  listSubscriptions,
  removeSubscription,
  updateSubscription,
} from '../../store/ngsi-subscriptions.ts'
import { allow } from '../access.ts'
import { answer, mediaType } from '../ngsi-ld/answer.ts'
import { bad, type Fault, refuse } from '../ngsi-ld/faults.ts'
import {
  readSubscription,
  SubscriptionBody,
  type SubscriptionDocument,
  subscriptionDocument,
} from '../ngsi-ld/subscription.ts'
import type { Asker } from '../sessions.ts'
import type { NgsiOptions } from './ngsi-ld.ts'
import { notAcceptable } from './ngsi-ld-entities.ts'

const SUBSCRIPTIONS_MAX = 200
const Params = z.object({ subscriptionId: z.string() })
const ListQuery = z.object({
  limit: z.coerce.number().int().min(0).max(1000).default(20),
  offset: z.coerce.number().int().min(0).default(0),
  count: z.enum(['true', 'false']).default('false'),
})

/** 5.8: who is told of changes. Only integrators and the administrator may have the platform send anything anywhere. */
export const ngsiSubscriptionRoutes: FastifyPluginAsyncZod<NgsiOptions> = async (
  app,
  { parts, notifier },
) => {
  const { db } = parts.store

  app.post(
    '/subscriptions',
    { onRequest: allow('integrator'), schema: { tags: ['ngsi-ld'], body: SubscriptionBody } },
    async ({ body, principal }, reply) => {
      const fault = faultOf(body, principal)
      if (fault) return refuse(reply, fault)
      if ((await listSubscriptions(db)).length >= SUBSCRIPTIONS_MAX)
        return refuse(reply, { kind: 'TooManyResults', detail: `there are ${SUBSCRIPTIONS_MAX} already` })
      const id = body.id ?? `urn:ngsi-ld:Subscription:${randomUUID()}`
      // Where the audit log looks for the id of what is new.
      body.id = id
      if (!(await insertSubscription(db, written(id, body, principal), microsNow())))
        return refuse(reply, { kind: 'AlreadyExists', detail: id })
      const stored = await findSubscription(db, id)
      if (stored) notifier.put(stored)
      return reply
        .code(201)
        .header('location', `/ngsi-ld/v1/subscriptions/${encodeURIComponent(id)}`)
        .send()
    },
  )

  app.get(
    '/subscriptions',
    { onRequest: allow('integrator'), schema: { tags: ['ngsi-ld'], querystring: ListQuery } },
    async (request, reply) => {
      const { limit, offset, count } = request.query
      const type = mediaType(request)
      if (!type) return notAcceptable(reply)
      const stored = await listSubscriptions(db)
      if (count === 'true') reply.header('ngsild-results-count', String(stored.length))
      const now = microsNow()
      const page = stored.slice(offset, offset + limit)
      return answer(
        request,
        reply,
        type,
        page.map((one) => subscriptionDocument(one, now)),
      )
    },
  )

  app.get(
    '/subscriptions/:subscriptionId',
    { onRequest: allow('integrator'), schema: { tags: ['ngsi-ld'], params: Params } },
    async (request, reply) => {
      const type = mediaType(request)
      if (!type) return notAcceptable(reply)
      const stored = await findSubscription(db, request.params.subscriptionId)
      if (!stored) return notThere(reply, request.params.subscriptionId)
      return answer(request, reply, type, subscriptionDocument(stored, microsNow()))
    },
  )

  app.patch(
    '/subscriptions/:subscriptionId',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['ngsi-ld'], params: Params, body: z.record(z.string(), z.unknown()) },
    },
    async ({ params, body, principal }, reply) =>
      change({ parts, notifier }, params.subscriptionId, { body, principal, reply }),
  )

  app.delete(
    '/subscriptions/:subscriptionId',
    { onRequest: allow('integrator'), schema: { tags: ['ngsi-ld'], params: Params } },
    async ({ params: { subscriptionId: id } }, reply) => {
      if (!(await removeSubscription(db, id))) return notThere(reply, id)
      notifier.remove(id)
      return reply.code(204).send()
    },
  )
}

interface Change {
  readonly body: Record<string, unknown>
  readonly principal: Asker | null
  readonly reply: FastifyReply
}

async function change(
  { parts, notifier }: Pick<NgsiOptions, 'parts' | 'notifier'>,
  id: string,
  { body, principal, reply }: Change,
): Promise<FastifyReply> {
  const { db } = parts.store
  const stored = await findSubscription(db, id)
  if (!stored) return notThere(reply, id)
  // 5.5.8: members that are null leave.
  const merged = Object.entries({ ...stored.document, ...body, id }).filter(([, value]) => value !== null)
  const read = SubscriptionBody.safeParse(Object.fromEntries(merged))
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    return refuse(reply, bad(faults.join('; ')))
  }
  const fault = faultOf(read.data, principal)
  if (fault) return refuse(reply, fault)
  await updateSubscription(db, written(id, read.data, principal), microsNow())
  const changed = await findSubscription(db, id)
  if (changed) notifier.put(changed)
  return reply.code(204).send()
}

const notThere = (reply: FastifyReply, id: string) =>
  refuse(reply, { kind: 'ResourceNotFound', detail: `no subscription ${id}` })

const isAdmin = (principal: Asker | null): boolean => principal?.roles.includes('admin') === true

const written = (
  id: string,
  { '@context': _context, ...document }: SubscriptionDocument,
  principal: Asker | null,
) => ({
  id,
  document,
  mayStayInside: isAdmin(principal),
})

function faultOf(document: SubscriptionDocument, principal: Asker | null): Fault | null {
  const watch = readSubscription(document)
  if (!watch.ok) return watch.error
  const { expiresAt } = document
  if (expiresAt !== undefined && (parseRfc3339(expiresAt) ?? 0) <= microsNow())
    return bad('expiresAt: is over already')
  const literal = literalAddress(watch.value.uri)
  return literal !== null && isInside(literal) && !isAdmin(principal)
    ? bad('endpoint.uri: a private or loopback address takes the role admin')
    : null
}
