import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import type { Device } from '../../store/device.ts'
import { declareSims, listSims, putSims } from '../../store/sim-spans.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import {
  DeviceChange,
  DeviceRole,
  deviceDocument,
  FAULTS,
  missingPart,
  NewDevice,
  newDeviceRow,
  ShownCredentials,
  ShownDevice,
  ShownDeviceWithSims,
  updateOf,
} from '../device-document.ts'
import { firstById } from '../first-by-id.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, Id, IdParams, limit, page, pageOf } from '../schemas.ts'
import { answerSimConflicts, shownSims, simRows, wantedSims } from '../sim-schema.ts'

/** Devices with their entities: made, looked at, moved, given a new secret, retired. */
export const deviceRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  answerSimConflicts(app)
  await app.register(creation, options)
  await app.register(reading, options)
  await app.register(change, options)
  await app.register(ending, options)
}

const wiring = { onRequest: allow('integrator') }
const OVERLAP_S_MAX = 30 * 86_400

const creation: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, credentials, store } = parts
  app.post(
    '/devices',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        body: NewDevice,
        response: {
          201: ShownDeviceWithSims.extend({ credentials: ShownCredentials }),
          400: Problem,
          404: Problem,
          409: Problem,
        },
      },
    },
    async ({ body }, reply) => {
      const now = microsNow()
      const missing =
        (await missingArea(store.db, body.area, body.validFrom ?? now)) ?? missingPart(body, parts)
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const { secret, hash } = credentials.newDeviceSecret()
      const row = newDeviceRow(body, hash, now, parts)
      if (!row)
        return problem(reply, 400, 'no_type', 'give the device a type, or a profile with an entityType')
      const sims = simRows(body.sims, row, now, parts.secretKey)
      const fault = await registry.create(row, now, { also: (tx) => putSims(tx, sims) })
      if (fault) return problem(reply, FAULTS[fault][0], fault, FAULTS[fault][1])
      parts.tail.watch(body.id)
      const device = registry.device(body.id)
      if (!device) throw new Error('a device that was made is not there')
      return reply
        .code(201)
        .send({ ...(await withSims(device, parts)), credentials: { username: device.id, password: secret } })
    },
  )
}

const reading: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry } = parts
  app.get(
    '/devices',
    {
      onRequest: allow(),
      schema: {
        tags: ['devices'],
        querystring: z.object({
          type: z.string().optional(),
          entity: Id.optional(),
          group: Id.optional(),
          role: DeviceRole.optional(),
          profile: Id.optional(),
          gateway: Id.optional().describe('that may speak for it'),
          unclaimed: z.stringbool().optional().describe('made by a gateway’s rule'),
          limit: limit(1000, 100),
          cursor: Cursor,
        }),
        response: { 200: page(ShownDevice) },
      },
    },
    async ({ query }) => {
      const found = await firstById(
        registry.devices(),
        query.limit + 1,
        (device) =>
          device.id > (query.cursor ?? '') &&
          (query.type ?? device.type) === device.type &&
          (query.role ?? device.role) === device.role &&
          (query.entity ?? device.entity) === device.entity &&
          (query.profile ?? device.profile) === device.profile &&
          (query.unclaimed ?? device.isUnclaimed) === device.isUnclaimed &&
          (query.group === undefined || device.groups.includes(query.group)) &&
          (query.gateway === undefined || device.gateways.includes(query.gateway)),
      )
      return pageOf(
        found.map((device) => deviceDocument(device, parts)),
        query.limit,
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/devices/:id',
    {
      onRequest: allow(),
      schema: { tags: ['devices'], params: IdParams, response: { 200: ShownDeviceWithSims, 404: Problem } },
    },
    async ({ params }, reply) => {
      const device = registry.device(params.id)
      return device ? withSims(device, parts) : problem(reply, 404, 'not_found', FAULTS.not_found[1])
    },
  )
}

const withSims = async (device: Device, parts: ApiParts) => ({
  ...deviceDocument(device, parts),
  sims: shownSims(await listSims(parts.store.db, device.id)),
})

const change: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, twins, store } = parts
  app.patch(
    '/devices/:id',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        params: IdParams,
        body: DeviceChange,
        response: { 200: ShownDeviceWithSims, 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const now = microsNow()
      const validFrom = body.validFrom ?? now
      const device = registry.device(id)
      if (!device) return problem(reply, 404, 'not_found', FAULTS.not_found[1])
      const missing = (await missingArea(store.db, body.area, validFrom)) ?? missingPart(body, parts)
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      if (body.role === 'end-device' && [...registry.devices()].some(({ gateways }) => gateways.includes(id)))
        return problem(
          reply,
          409,
          'gateway_in_use',
          `devices name ${id} in their gateways: change those first`,
        )
      const { area, location } = body
      const sims = body.sims && wantedSims(body.sims, parts.secretKey)
      if (sims) await declareSims(store.db, id, sims, now, true)
      const fault = await registry.update(id, updateOf(body, parts.secretKey))
      if (fault) return problem(reply, FAULTS[fault][0], fault, FAULTS[fault][1])
      if (sims) await declareSims(store.db, id, sims, now)
      if (location) await registry.place(id, location.lat, location.lon)
      if (area !== undefined) await registry.move(id, area, validFrom, now)
      if (body.intervalS !== undefined) twins.setInterval(device.entity, body.intervalS)
      parts.tail.watch(id)
      twins.entityChanged(device.entity)
      return withSims(registry.device(id) ?? device, parts)
    },
  )
}

const ending: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, credentials, store } = parts
  app.delete(
    '/devices/:id',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        description: 'Retires the device from now on; what it sent, and the figures of the past, stay.',
        params: IdParams,
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      const now = microsNow()
      const fault = await registry.retire(id, now)
      if (!fault) await declareSims(store.db, id, [], now)
      if (fault) return problem(reply, 404, fault, FAULTS[fault][1])
      parts.disconnect(id, 'the device was retired')
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/devices/:id/credentials',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        description:
          'A new secret, seen this once. The old one works for overlapS more seconds; with 0 it ends at once, and its sessions with it.',
        params: IdParams,
        body: z.object({ overlapS: z.number().int().min(0).max(OVERLAP_S_MAX).default(0) }).nullish(),
        response: {
          201: z.object({
            id: z.string(),
            credentials: ShownCredentials,
            oldSecretUntil: z.string().nullable(),
          }),
          404: Problem,
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const device = registry.device(id)
      if (!device) return problem(reply, 404, 'not_found', FAULTS.not_found[1])
      const { secret, hash } = credentials.newDeviceSecret()
      const overlapS = body?.overlapS ?? 0
      const until = microsNow() + overlapS * 1_000_000
      const previousSecret = overlapS > 0 ? { hash: device.secretHash, until } : null
      await registry.update(id, { secretHash: hash, previousSecret })
      if (overlapS === 0) parts.disconnect(id, 'the secret was renewed')
      parts.tail.watch(id)
      return reply.code(201).send({
        id,
        credentials: { username: id, password: secret },
        oldSecretUntil: overlapS > 0 ? formatTime(until) : null,
      })
    },
  )

  app.delete(
    '/devices/:id/credentials',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        description:
          'Revokes the secret, and ends the sessions of the device within a second. It stays in service.',
        params: IdParams,
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      // Of a secret that nobody has.
      const fault = await registry.update(id, { secretHash: randomBytes(32), previousSecret: null })
      if (fault) return problem(reply, 404, fault, FAULTS[fault][1])
      parts.disconnect(id, 'the secret was revoked')
      return reply.code(204).send(null)
    },
  )
}
