import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { keyedHash, newSecret, sameHash } from '../../core/secret.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import {
  type Claim,
  claimTokenHash,
  insertClaim,
  listClaims,
  returnClaim,
  revokeClaim,
  useClaim,
} from '../../store/claims.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { missingArea } from '../area-in-force.ts'
import {
  EntityType,
  FAULTS,
  missingPart,
  NewDevice,
  newDeviceRow,
  ShownCredentials,
} from '../device-document.ts'
import { Problem, problem } from '../problem.ts'
import { RateLimit } from '../rate-limit.ts'
import { AreaCode, Id, page } from '../schemas.ts'

const CLAIM_S_MAX = 366 * 86_400
const CLAIMS_PER_MINUTE = 60
const TOKEN_FORM = /^plc_([A-Za-z0-9_-]{12})_([A-Za-z0-9_-]{32})$/

const NewClaim = z.object({
  name: z.string().max(200).default(''),
  type: EntityType.optional().describe('the profile’s entity type if left out'),
  profile: Id.nullable().default(null),
  area: AreaCode.nullable().default(null),
  groups: z.array(Id).max(16).default([]),
  idPrefix: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'takes up to 32 letters, digits, ".", "_" or "-"')
    .optional()
    .describe('what the ids of the devices must begin with'),
  usesMax: z.number().int().min(1).max(100_000),
  expiresInS: z.number().int().min(1).max(CLAIM_S_MAX),
})

const ShownClaim = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  profile: z.string().nullable(),
  area: z.string().nullable(),
  groups: z.array(z.string()),
  idPrefix: z.string(),
  usesMax: z.number(),
  uses: z.number(),
  expiresAt: z.string(),
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
})

const Claiming = NewDevice.pick({ id: true, location: true, externalIds: true }).extend({
  token: z.string().max(200).describe('the claim’s token'),
})

/** Tokens with which devices register themselves, a number of times, for a time. */
export const claimRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  await app.register(administration, options)
  await app.register(claiming, options)
}

const administration: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { store, secretKey } = parts
  app.get(
    '/claims',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['wiring'], response: { 200: page(ShownClaim) } },
    },
    async () => ({ items: (await listClaims(store.db)).map(shown) }),
  )

  app.post(
    '/claims',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        body: NewClaim,
        response: {
          201: ShownClaim.extend({ token: z.string().describe('seen this once') }),
          400: Problem,
          404: Problem,
        },
      },
    },
    async ({ body }, reply) => {
      const now = microsNow()
      const missing =
        missingPart({ profile: body.profile }, parts) ?? (await missingArea(store.db, body.area, now))
      if (missing) return problem(reply, 404, missing.code, missing.detail)
      const type = body.type ?? parts.wiring.profile(body.profile)?.entityType
      if (!type)
        return problem(reply, 400, 'no_type', 'give the claim a type, or a profile with an entityType')
      const claim: Claim = {
        id: randomBytes(9).toString('base64url'),
        name: body.name,
        profile: body.profile,
        type,
        area: body.area,
        groups: body.groups,
        idPrefix: body.idPrefix ?? '',
        usesMax: body.usesMax,
        uses: 0,
        expiresAt: now + body.expiresInS * 1_000_000,
        createdAt: now,
        revokedAt: null,
      }
      const secret = newSecret()
      await insertClaim(store.db, claim, keyedHash(secretKey, secret))
      return reply.code(201).send({ ...shown(claim), token: `plc_${claim.id}_${secret}` })
    },
  )

  app.delete(
    '/claims/:id',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['wiring'],
        description: 'Ends the claim. Devices that have registered with it stay.',
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) =>
      (await revokeClaim(store.db, id, microsNow()))
        ? reply.code(204).send(null)
        : problem(reply, 404, 'not_found', `no claim ${id} is in force`),
  )
}

const claiming: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { store, registry, credentials, secretKey } = parts
  const attempts = new RateLimit(CLAIMS_PER_MINUTE)
  app.post(
    '/claim',
    {
      config: { open: true, audit: 'claim a device' },
      schema: {
        tags: ['wiring'],
        security: [],
        description:
          'A device registers itself with a claim’s token, which stands for a sign-in here. Gives its credentials, seen this once.',
        body: Claiming,
        response: {
          201: z.object({ id: z.string(), credentials: ShownCredentials }),
          400: Problem,
          401: Problem,
          403: Problem,
          409: Problem,
          429: Problem,
        },
      },
    },
    async ({ body, ip }, reply) => {
      if (!attempts.take(ip))
        return problem(
          reply.header('retry-after', '60'),
          429,
          'too_many_claims',
          'too many claims from this address',
        )
      const [, claimId = '', secret = ''] = TOKEN_FORM.exec(body.token) ?? []
      const hash = await claimTokenHash(store.db, claimId)
      if (hash === null || !sameHash(keyedHash(secretKey, secret), hash))
        return problem(reply, 401, 'wrong_claim', 'no claim has this token')
      const now = microsNow()
      const claim = await useClaim(store.db, claimId, now)
      if (!claim) return problem(reply, 403, 'claim_over', 'the claim is used up, over or revoked')
      const refuse = async (status: number, code: string, detail: string) => {
        await returnClaim(store.db, claimId)
        return problem(reply, status, code, detail)
      }
      if (!body.id.startsWith(claim.idPrefix))
        return refuse(400, 'wrong_prefix', `the id must begin with ${claim.idPrefix}`)
      const device = credentials.newDeviceSecret()
      const given = { id: body.id, location: body.location, externalIds: body.externalIds }
      const { profile, type, area, groups } = claim
      const wanted = NewDevice.parse({
        ...given,
        type,
        groups: [...groups],
        ...(profile === null ? {} : { profile }),
        ...(area === null ? {} : { area }),
      })
      const row = newDeviceRow(wanted, device.hash, now, parts)
      if (!row) return refuse(400, 'no_type', 'the claim has no type')
      // Nobody signs in here: what is there already, and takes commands, must not get another device to speak for it.
      if (!registry.device(row.id) && registry.entity(row.entity))
        return refuse(409, 'entity_taken', `there is an entity ${row.entity}; choose another id`)
      const fault = await registry.create(row, now).catch(async (error: unknown) => {
        await returnClaim(store.db, claimId)
        throw error
      })
      if (fault) return refuse(FAULTS[fault][0], fault, FAULTS[fault][1])
      parts.tail.watch(row.id)
      parts.log.info({ device: row.id, claim: claimId }, 'a device registered itself with a claim')
      return reply.code(201).send({ id: row.id, credentials: { username: row.id, password: device.secret } })
    },
  )
}

const shown = (claim: Claim): z.infer<typeof ShownClaim> => ({
  ...claim,
  groups: [...claim.groups],
  expiresAt: formatTime(claim.expiresAt),
  createdAt: formatTime(claim.createdAt),
  revokedAt: claim.revokedAt === null ? null : formatTime(claim.revokedAt),
})
