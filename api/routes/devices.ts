import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { areaOn } from '../../store/areas.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import {
  DeviceChange,
  deviceDocument,
  FAULTS,
  NewDevice,
  ShownCredentials,
  ShownDevice,
} from '../device-document.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, Id, IdParams, limit, page, pageOf } from '../schemas.ts'

/** Devices with their entities: made, looked at, moved, given a new secret, retired. */
export const deviceRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  await app.register(creation, options)
  await app.register(reading, options)
  await app.register(change, options)
  await app.register(ending, options)
}

const wiring = { onRequest: allow('integrator') }

const creation: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, credentials, twins, store, locator } = parts
  app.post(
    '/devices',
    {
      ...wiring,
      schema: {
        tags: ['devices'],
        body: NewDevice,
        response: { 201: ShownDevice.extend({ credentials: ShownCredentials }), 404: Problem, 409: Problem },
      },
    },
    async ({ body }, reply) => {
      const now = microsNow()
      if (body.area !== undefined && !(await areaOn(store.db, body.area, localDate(body.validFrom ?? now))))
        return problem(
          reply,
          404,
          'area_not_found',
          `no area ${body.area} is in force; see GET /api/v1/areas`,
        )
      const { secret, hash } = credentials.newDeviceSecret()
      const located = body.location ? locator.locate(body.location.lat, body.location.lon) : null
      const fault = await registry.create(
        {
          id: body.id,
          entity: body.entity ?? body.id,
          type: body.type,
          role: body.role,
          access: body.access ?? null,
          clientId: body.clientId ?? null,
          externalIds: body.externalIds,
          intervalS: body.intervalS ?? null,
          isTest: body.test,
          secretHash: hash,
          validFrom: body.validFrom ?? now,
          area: body.area ?? located,
          lat: body.location?.lat ?? null,
          lon: body.location?.lon ?? null,
        },
        now,
      )
      if (fault) return problem(reply, FAULTS[fault][0], fault, FAULTS[fault][1])
      const device = registry.device(body.id)
      if (!device) throw new Error('a device that was made is not there')
      if (device.intervalS !== null) twins.setInterval(device.entity, device.intervalS)
      twins.entityChanged(device.entity)
      return reply
        .code(201)
        .send({ ...deviceDocument(device, parts), credentials: { username: device.id, password: secret } })
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
          limit: limit(1000, 100),
          cursor: Cursor,
        }),
        response: { 200: page(ShownDevice) },
      },
    },
    async ({ query }) => {
      const found = [...registry.devices()]
        .filter(
          ({ id, type, entity }) =>
            (query.type ?? type) === type && (query.entity ?? entity) === entity && id > (query.cursor ?? ''),
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1))
      return pageOf(
        found.slice(0, query.limit + 1).map((device) => deviceDocument(device, parts)),
        query.limit,
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/devices/:id',
    {
      onRequest: allow(),
      schema: { tags: ['devices'], params: IdParams, response: { 200: ShownDevice, 404: Problem } },
    },
    async ({ params }, reply) => {
      const device = registry.device(params.id)
      return device ? deviceDocument(device, parts) : problem(reply, 404, 'not_found', FAULTS.not_found[1])
    },
  )
}

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
        response: { 200: ShownDevice, 404: Problem },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const now = microsNow()
      const validFrom = body.validFrom ?? now
      const device = registry.device(id)
      if (!device) return problem(reply, 404, 'not_found', FAULTS.not_found[1])
      if (body.area && !(await areaOn(store.db, body.area, localDate(validFrom))))
        return problem(
          reply,
          404,
          'area_not_found',
          `no area ${body.area} is in force on that day; see GET /api/v1/areas`,
        )
      if (body.location) await registry.place(id, body.location.lat, body.location.lon)
      if (body.area !== undefined) await registry.move(id, body.area, validFrom, now)
      if (body.intervalS !== undefined) {
        await registry.setInterval(id, body.intervalS)
        twins.setInterval(device.entity, body.intervalS)
      }
      twins.entityChanged(device.entity)
      return deviceDocument(registry.device(id) ?? device, parts)
    },
  )
}

const ending: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, credentials } = parts
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
      const fault = await registry.retire(id, microsNow())
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
        description: 'A new secret; the old one no longer works, and its sessions end.',
        params: IdParams,
        response: { 201: z.object({ id: z.string(), credentials: ShownCredentials }), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      const { secret, hash } = credentials.newDeviceSecret()
      const fault = await registry.renewSecret(id, hash)
      if (fault) return problem(reply, 404, fault, FAULTS[fault][1])
      parts.disconnect(id, 'the secret was renewed')
      return reply.code(201).send({ id, credentials: { username: id, password: secret } })
    },
  )
}
