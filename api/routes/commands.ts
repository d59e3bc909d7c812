import { isDeepStrictEqual } from 'node:util'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { COMMAND_STATUSES, type Command, type CommandArgs } from '../../core/command.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { commandTopic } from '../../core/topic.ts'
import { checkArgs } from '../../digital-twin/commands/check-args.ts'
import { commandDocument } from '../../digital-twin/commands/command-document.ts'
import { takerOf } from '../../digital-twin/commands/takers.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import { findByKey, findCommands, listCommands } from '../../store/commands.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { CommandSchema, EXPIRES_S_MAX, NewCommand } from '../command-schema.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import { RateLimit, secondsOfMinuteLeft } from '../rate-limit.ts'
import { Cursor, Id, IdParams, limit, page, pageOf } from '../schemas.ts'

/** A finger that slips, or a program that runs wild, must not wear a valve out. */
const PER_ENTITY_AND_MINUTE = 12
const DEFAULT_S = 60
const DEFAULT_AWAY_S_MIN = 600

const tags = ['commands']
const onRequest = allow('operator', 'integrator')

const Query = z.object({
  status: z.enum(COMMAND_STATUSES).optional(),
  device: Id.optional(),
  limit: limit(1000, 100),
  cursor: Cursor.refine((text) => text === undefined || /^\d{1,15}$/.test(text), 'not one of ours'),
})

/** What devices are asked to do; docs/commands.md. */
export const commandRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, options) => {
  await app.register(issuing, options)
  await app.register(cancelling, options)
  await app.register(reading, options)
}

const issuing: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const rate = new RateLimit(PER_ENTITY_AND_MINUTE)

  app.post(
    '/entities/:id/commands',
    {
      onRequest,
      schema: {
        tags,
        description:
          'Asks the device of an entity to do something: what GET /entity-types says of its type. An older command of the same name that the device has not got yet is cancelled. 200: it was asked for with this key already.',
        params: IdParams,
        body: NewCommand,
        response: {
          200: CommandSchema,
          201: CommandSchema,
          404: Problem,
          409: Problem,
          422: Problem,
          429: Problem,
        },
      },
    },
    async ({ params: { id }, body, principal }, reply) => {
      const checked = checkOrder(parts, id, body)
      if (!checked.ok) return problem(reply, ...checked.error)
      const args = checked.value
      const { name, note = null, key = null } = body
      const again = (command: Command) =>
        command.name === name && isDeepStrictEqual(command.args, args)
          ? commandDocument(command)
          : problem(
              reply,
              409,
              'key_taken',
              `key: ${command.id} was asked for with it, and is another command`,
            )
      // First: what was asked for stays so, whoever may take it by now.
      const known = key === null ? null : await findByKey(parts.store.db, id, key)
      if (known) return again(known)
      const taker = takerOf(id, name, parts)
      if (!taker.ok) return problem(reply, 409, 'no_device', taker.error)
      const device = taker.value
      if (!rate.take(id))
        return problem(
          reply.header('retry-after', String(secondsOfMinuteLeft())),
          429,
          'too_many_commands',
          `at most ${PER_ENTITY_AND_MINUTE} a minute for one entity`,
        )
      const { expiresInS = defaultS(parts, id, device, name) } = body
      const by = principal?.name ?? ''
      const issued = await parts.commands.issue({ entity: id, device, name, args, by, note, key, expiresInS })
      if (issued === 'too_many')
        return problem(reply, 409, 'too_many_open', `${device} has too many commands that it did not answer`)
      return issued.isNew ? reply.code(201).send(commandDocument(issued.command)) : again(issued.command)
    },
  )
}

const cancelling: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  app.post(
    '/commands/:id/cancel',
    {
      onRequest,
      schema: {
        tags,
        description: 'Takes it out of the queue, while its device has not got it.',
        params: IdParams,
        response: { 200: CommandSchema, 404: Problem, 409: Problem },
      },
    },
    async ({ params: { id }, principal }, reply) => {
      const outcome = await parts.commands.cancel(id, principal?.name ?? '')
      if (outcome === 'missing') return problem(reply, 404, 'command_not_found', `no command ${id}`)
      if (typeof outcome !== 'string' && outcome.status === 'cancelled') return commandDocument(outcome)
      const status = typeof outcome === 'string' ? outcome : outcome.status
      return problem(
        reply,
        409,
        'not_queued',
        `it is ${status}: only what its device has not got is taken back`,
      )
    },
  )
}

type Fault = readonly [status: number, code: string, detail: string]

/** The arguments, where the entity's type knows this command with them. */
function checkOrder(
  parts: ApiParts,
  id: string,
  { name, args: given }: z.infer<typeof NewCommand>,
): Result<CommandArgs, Fault> {
  const entity = parts.registry.entity(id)
  if (!entity) return err([404, 'entity_not_found', `no entity ${id}`])
  const known = MODELS.get(entity.type)?.commands ?? []
  const model = known.find((command) => command.name === name)
  if (!model) {
    const takes = known.map((command) => command.name).join(', ') || 'no commands'
    return err([422, 'unknown_command', `name: a ${entity.type} takes ${takes}; got ${name}`])
  }
  const args = checkArgs(model, given)
  return args.ok ? ok(args.value) : err([422, 'wrong_args', args.error])
}

/** Short while the device is there; else until it should have been there twice. */
function defaultS({ hears, registry, twins }: ApiParts, id: string, device: string, name: string): number {
  const entity = registry.entity(id)
  if (!entity || hears(device, commandTopic(device, name))) return DEFAULT_S
  return Math.min(Math.max(2 * twins.intervalS(entity), DEFAULT_AWAY_S_MIN), EXPIRES_S_MAX)
}

const reading: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { db } = parts.store
  const list = async (query: z.infer<typeof Query>, entity?: string) => {
    const found = await listCommands(db, {
      entity,
      device: query.device,
      statuses: query.status && [query.status],
      before: query.cursor === undefined ? undefined : Number(query.cursor),
      limit: query.limit + 1,
    })
    const { items, ...next } = pageOf(found, query.limit, ({ seq }) => seq)
    return { items: items.map(commandDocument), ...next }
  }

  app.get(
    '/entities/:id/commands',
    {
      onRequest,
      schema: {
        tags,
        description: 'Newest first.',
        params: IdParams,
        querystring: Query,
        response: { 200: page(CommandSchema), 404: Problem },
      },
    },
    async ({ params: { id }, query }, reply) =>
      parts.registry.entity(id)
        ? list(query, id)
        : problem(reply, 404, 'entity_not_found', `no entity ${id}`),
  )

  app.get(
    '/commands',
    {
      onRequest,
      schema: {
        tags,
        description: 'Of all entities, newest first.',
        querystring: Query.extend({ entity: Id.optional() }),
        response: { 200: page(CommandSchema) },
      },
    },
    async ({ query: { entity, ...query } }) => list(query, entity),
  )

  app.get(
    '/commands/:id',
    {
      onRequest,
      schema: { tags, params: IdParams, response: { 200: CommandSchema, 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      const [command] = await findCommands(db, [id])
      return command ? commandDocument(command) : problem(reply, 404, 'command_not_found', `no command ${id}`)
    },
  )
}
