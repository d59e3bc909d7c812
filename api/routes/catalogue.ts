import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { QUANTITIES } from '../../core/quantity.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { page } from '../schemas.ts'

const Quantity = z.object({
  id: z.string(),
  unit: z.string().describe('UCUM; every observation is stored in it'),
  accepts: z.array(z.string()).describe('units a message may use'),
  kind: z.enum(['measure', 'state']),
  nameVi: z.string(),
  nameEn: z.string(),
  plausible: z
    .object({ min: z.number(), max: z.number() })
    .describe('outside it an observation is kept as implausible'),
})

const EntityType = z.object({
  id: z.string(),
  domain: z.enum(['traffic', 'water', 'power', 'environment']),
  nameVi: z.string(),
  nameEn: z.string(),
  intervalS: z.number(),
  quantities: z.array(z.string()),
  plausible: z
    .record(z.string(), z.object({ min: z.number(), max: z.number() }))
    .describe('by quantity, what such a thing can show'),
  attributes: z
    .array(z.object({ id: z.string(), unit: z.string(), nameVi: z.string(), nameEn: z.string() }))
    .describe('what no sensor tells: set with PATCH /entities/{id}'),
  derived: z.array(z.string()).describe('quantities that follow from others'),
  commands: z.array(
    z.object({
      name: z.string(),
      nameVi: z.string(),
      nameEn: z.string(),
      args: z.record(z.string(), z.looseObject({ kind: z.string() })),
      reported: z
        .object({ quantity: z.string(), arg: z.string(), tolerance: z.number() })
        .nullable()
        .describe('the quantity that tells whether it was done, and the argument that it then equals'),
      warningVi: z.string().nullable(),
      warningEn: z.string().nullable(),
    }),
  ),
})

/** What can be measured, and what kinds of things there are. */
export const catalogueRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app) => {
  const quantities = [...QUANTITIES.values()].map((quantity) => ({
    ...quantity,
    accepts: [...quantity.accepts.keys()],
  }))
  const types = [...MODELS.values()].map(({ type, quantities, ...model }) => ({
    id: type,
    domain: model.domain,
    nameVi: model.nameVi,
    nameEn: model.nameEn,
    intervalS: model.intervalS,
    quantities: [...quantities],
    plausible: { ...model.plausible },
    attributes: [...(model.attributes ?? [])],
    derived: (model.derived ?? []).map(({ quantity }) => quantity),
    commands: (model.commands ?? []).map(({ args, reported, warningVi, warningEn, ...names }) => ({
      ...names,
      args: { ...args },
      reported: reported ? { ...reported } : null,
      warningVi: warningVi ?? null,
      warningEn: warningEn ?? null,
    })),
  }))

  app.get(
    '/quantities',
    { onRequest: allow(), schema: { tags: ['catalogue'], response: { 200: page(Quantity) } } },
    async () => ({ items: quantities }),
  )
  app.get(
    '/entity-types',
    { onRequest: allow(), schema: { tags: ['catalogue'], response: { 200: page(EntityType) } } },
    async () => ({ items: types }),
  )
  app.get(
    '/formats',
    {
      onRequest: allow(),
      schema: {
        tags: ['catalogue'],
        description: 'Payload formats: what a profile may name as its codec.',
        response: { 200: page(z.object({ id: z.string() })) },
      },
    },
    async () => ({ items: [...codecs.map(({ format }) => ({ id: format })), { id: 'mapping' }] }),
  )
}
