import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { QUANTITIES } from '../../core/quantity.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import { isTopicFilter } from '../../core/topic.ts'
import { codecs } from '../../ingest/codecs/index.ts'
import { runExamples } from '../../ingest/decoder-examples.ts'
import { nearest } from '../../ingest/nearest.ts'
import type { Profile } from '../../store/profiles.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Access, EntityType, IntervalS } from '../device-document.ts'
import { Problem, problem } from '../problem.ts'
import { Id, IdParams, page } from '../schemas.ts'

const SCRIPT_CHARS_MAX = 262_144
const FIELDS_MAX = 500

const TopicFilter = z
  .string()
  .max(1024)
  .refine(isTopicFilter, 'takes an MQTT topic filter: + for one level, # for all below, at the end')

const Field = z
  .object({
    quantity: z.string().superRefine((id, context) => {
      if (QUANTITIES.has(id)) return
      const near = nearest(id, [...QUANTITIES.keys()])
      context.addIssue({
        code: 'custom',
        message: `no quantity "${id}"${near ? ` (did you mean "${near}"?)` : ''}; GET /api/v1/quantities lists them`,
      })
    }),
    channel: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/)
      .optional(),
    unit: z.string().max(32).optional().describe('UCUM; the unit that the device means where it names none'),
  })
  .superRefine(({ quantity, unit }, context) => {
    const accepts = QUANTITIES.get(quantity)?.accepts
    if (unit === undefined || !accepts || accepts.has(unit)) return
    const near = nearest(unit, [...accepts.keys()])
    context.addIssue({
      code: 'custom',
      path: ['unit'],
      message: `${quantity} does not take "${unit}"${near ? ` (did you mean "${near}"?)` : ''}; it takes ${[...accepts.keys()].join(', ')}`,
    })
  })
  .nullable()
  .describe('null: left out on purpose')

const NewProfile = z.object({
  id: Id,
  name: z.string().max(200).default(''),
  codec: z
    .enum(['mapping', ...codecs.map(({ format }) => format)])
    .nullable()
    .default(null)
    .describe('the format of its messages; null: the topic alone decides'),
  topics: z
    .array(TopicFilter)
    .max(32)
    .default([])
    .describe('topics that the codec holds for; none: all but the platform’s own'),
  entityType: EntityType.nullable().default(null),
  intervalS: IntervalS.nullable().default(null),
  access: Access.nullable().default(null),
  utcOffsetMinutes: z
    .number()
    .int()
    .min(-900)
    .max(900)
    .nullable()
    .default(null)
    .describe('of clocks that tell local time; null: +07:00'),
  fields: z
    .record(z.string().min(1).max(200), Field)
    .refine((fields) => Object.keys(fields).length <= FIELDS_MAX, `at most ${FIELDS_MAX} fields`)
    .default({})
    .describe('what the device’s own field names mean, by path (a/b/c) or last name'),
  decoder: z
    .string()
    .max(SCRIPT_CHARS_MAX)
    .nullable()
    .default(null)
    .describe('JavaScript with decodeUplink(input), Decoder(bytes, port) or Decode(fPort, bytes, variables)'),
  decoderExamples: z
    .array(
      z.object({
        name: z.string().max(200).default(''),
        fPort: z.number().int().min(0).max(255).default(1),
        bytes: z.string().regex(/^([0-9a-fA-F]{2})*$/, 'takes hex'),
        data: z.unknown(),
      }),
    )
    .max(100)
    .default([])
    .describe('run when the profile is saved: the decoder must give exactly this data'),
  mapping: z.string().max(65_536).nullable().default(null).describe('JSONata, for the codec mapping'),
})

const ShownProfile = NewProfile.extend({
  fields: z.record(z.string(), z.unknown()),
  devices: z.number().describe('that have it'),
  updatedAt: z.string(),
})

/** What devices of one make have in common: how their messages are read, and what they are. */
export const profileRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { wiring, registry, scripts } = parts

  /** How many devices each profile has: one look at all of them, however many profiles are asked for. */
  const counts = (): ReadonlyMap<string, number> => {
    const found = new Map<string, number>()
    for (const { profile } of registry.devices())
      if (profile !== null) found.set(profile, (found.get(profile) ?? 0) + 1)
    return found
  }

  const shown = (profile: Profile, devices = counts()): z.infer<typeof ShownProfile> => {
    return {
      ...profile,
      topics: [...profile.topics],
      fields: { ...profile.fields },
      decoderExamples: [...profile.decoderExamples],
      devices: devices.get(profile.id) ?? 0,
      updatedAt: formatTime(profile.updatedAt),
    } as z.infer<typeof ShownProfile>
  }

  app.get(
    '/profiles',
    { onRequest: allow(), schema: { tags: ['wiring'], response: { 200: page(ShownProfile) } } },
    async () => {
      const devices = counts()
      return { items: wiring.profiles().map((profile) => shown(profile, devices)) }
    },
  )

  app.get(
    '/profiles/:id',
    {
      onRequest: allow(),
      schema: { tags: ['wiring'], params: IdParams, response: { 200: ShownProfile, 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      const profile = wiring.profile(id)
      return profile ? shown(profile) : problem(reply, 404, 'not_found', `no profile ${id}`)
    },
  )

  app.post(
    '/profiles',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description:
          'Makes a profile, or replaces the one of this id. A decoder is tried with its examples first; one that fails is not saved.',
        body: NewProfile,
        response: { 200: ShownProfile, 201: ShownProfile, 422: Problem },
      },
    },
    async ({ body }, reply) => {
      if (body.codec === 'mapping' && body.mapping === null)
        return problem(reply, 422, 'no_mapping', 'the codec mapping needs a mapping')
      if (body.mapping !== null) {
        const checked = await scripts.checkMapping(body.mapping)
        if (!checked.ok) return problem(reply, 422, 'mapping_fault', checked.error.detail)
      }
      if (body.decoder !== null) {
        const checked = await scripts.checkDecoder(body.decoder)
        if (!checked.ok) return problem(reply, 422, 'decoder_fault', checked.error.detail)
        const faults = await runExamples(scripts, body.decoder, body.decoderExamples)
        if (faults.length > 0)
          return problem(reply, 422, 'decoder_examples_failed', faults.join('; ').slice(0, 2000))
      }
      const isNew = wiring.profile(body.id) === undefined
      const profile: Profile = { ...body, updatedAt: microsNow() }
      await wiring.putProfile(profile)
      return reply.code(isNew ? 201 : 200).send(shown(profile))
    },
  )

  app.delete(
    '/profiles/:id',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['wiring'], params: IdParams, response: { 204: z.null(), 404: Problem, 409: Problem } },
    },
    async ({ params: { id } }, reply) => {
      if (!wiring.profile(id)) return problem(reply, 404, 'not_found', `no profile ${id}`)
      if (!(await wiring.deleteProfile(id)))
        return problem(reply, 409, 'in_use', 'devices or claims have this profile')
      return reply.code(204).send(null)
    },
  )
}

export { TopicFilter }
