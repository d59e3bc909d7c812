import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { putSims } from '../../store/sim-spans.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import {
  deviceDocument,
  FAULTS,
  missingPart,
  NewDevice,
  newDeviceRow,
  ShownDevice,
} from '../device-document.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams, page } from '../schemas.ts'
import { answerSimConflicts, simRows } from '../sim-schema.ts'

const Waiting = z.object({
  source: z.string().describe('the name that the gateway gives it'),
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.number().describe('messages held; they are among the rejections as device_held'),
})

const GATEWAYS_MAX = 1000

const ShownGateway = ShownDevice.extend({
  devices: z.number().describe('bound to it'),
  unclaimedDevices: z.number().describe('of them, made by its rule and not looked at since'),
  waiting: z.number().describe('for approval, since the start'),
})

/** Devices behind a gateway: those that wait for approval, and their approval. */
export const gatewayRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  await app.register(reading, options)
  await app.register(approval, options)
}

const reading: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, sources } = parts
  app.get(
    '/gateways',
    {
      onRequest: allow(),
      schema: {
        tags: ['wiring'],
        description: 'Every gateway, with how many devices are bound to it.',
        response: { 200: page(ShownGateway) },
      },
    },
    async () => {
      const bound = new Map<string, { devices: number; unclaimed: number }>()
      for (const { gateways, isUnclaimed } of registry.devices())
        for (const id of gateways) {
          const { devices = 0, unclaimed = 0 } = bound.get(id) ?? {}
          bound.set(id, { devices: devices + 1, unclaimed: unclaimed + (isUnclaimed ? 1 : 0) })
        }
      const items = [...registry.devices()]
        .filter(({ role }) => role === 'gateway')
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, GATEWAYS_MAX)
        .map((gateway) => ({
          ...deviceDocument(gateway, parts),
          devices: bound.get(gateway.id)?.devices ?? 0,
          unclaimedDevices: bound.get(gateway.id)?.unclaimed ?? 0,
          waiting: sources.waiting(gateway.id).length,
        }))
      return { items }
    },
  )

  app.get(
    '/gateways/:id/waiting',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description:
          'Devices that spoke through this gateway since the start and wait for approval (children.mode hold).',
        params: IdParams,
        response: { 200: page(Waiting), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) => {
      if (registry.device(id)?.role !== 'gateway')
        return problem(reply, 404, 'not_found', `no device ${id} with the role gateway`)
      return {
        items: sources.waiting(id).map((waiting) => ({
          ...waiting,
          firstAt: formatTime(waiting.firstAt),
          lastAt: formatTime(waiting.lastAt),
        })),
      }
    },
  )
}

const approval: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, sources, store, secretKey } = parts
  answerSimConflicts(app)
  app.post(
    '/gateways/:id/children',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description:
          'Registers a device that speaks through this gateway. Its held messages can then be replayed.',
        params: IdParams,
        body: NewDevice.omit({ role: true, children: true, gateways: true, clientId: true }).extend({
          source: z.string().trim().min(1).max(128).describe('the name that the gateway gives it'),
        }),
        response: { 201: ShownDevice, 400: Problem, 404: Problem, 409: Problem },
      },
    },
    async ({ params, body: { source, ...body } }, reply) => {
      const gateway = registry.device(params.id)
      if (gateway?.role !== 'gateway')
        return problem(reply, 404, 'not_found', `no device ${params.id} with the role gateway`)
      const now = microsNow()
      const missing = missingPart(body, parts) ?? (await missingArea(store.db, body.area, now))
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const { type, profile, area } = gateway.children ?? {}
      const row = newDeviceRow(
        {
          ...body,
          type: body.type ?? (body.profile === undefined ? type : undefined),
          profile: body.profile ?? profile ?? undefined,
          area: body.area ?? area ?? registry.entity(gateway.entity)?.area ?? undefined,
          externalIds: [...new Set([source, ...body.externalIds])],
          role: 'end-device',
          gateways: [gateway.id],
        },
        // Of a secret that nobody has: it is heard through its gateway only.
        randomBytes(32),
        now,
        parts,
      )
      if (!row)
        return problem(reply, 400, 'no_type', 'give the device a type, or a profile with an entityType')
      const sims = simRows(body.sims, row, now, secretKey)
      const fault = await registry.create(row, now, { also: (tx) => putSims(tx, sims) })
      if (fault) return problem(reply, FAULTS[fault][0], fault, FAULTS[fault][1])
      sources.approved(gateway.id, source)
      parts.tail.watch(row.id)
      const device = registry.device(row.id)
      if (!device) throw new Error('a device that was made is not there')
      return reply.code(201).send(deviceDocument(device, parts))
    },
  )
}
