import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, microsNow } from '../../core/time.ts'
import { type Dated, insertDated, standingIn } from '../../store/dated-table.ts'
import type { SqlValue } from '../../store/db.ts'
import { allow } from '../access.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import { AsOf, cursorOf, limit, page } from '../schemas.ts'
import { type DatedGiven, type DatedKind, uploadOf } from './dated-kind.ts'
import { uploadRoutes } from './routes.ts'

/** Keys of rows have names in them, which are longer than ids. */
const KeyCursor = z
  .string()
  .max(4000)
  .transform((text, context): SqlValue[] => {
    try {
      return z
        .array(z.union([z.string(), z.number()]))
        .parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    } catch {
      context.addIssue({ code: 'custom', message: 'not one of ours' })
      return z.NEVER
    }
  })
  .optional()
  .describe('`next` of the page before')

const StoredMembers = {
  recordedAt: z.string(),
  imported: z.boolean().describe('recordedAt was given with it'),
  enteredAt: z.string().describe('when it was really entered'),
}
const Outcome = {
  verdict: z.enum(['new', 'unchanged', 'revision']),
  warnings: z.array(z.string()).describe('what is odd and still taken'),
}

interface DatedRoutes<Given extends DatedGiven, Row> {
  readonly kind: DatedKind<Given, Row>
  /** Members of the query that must be equal to a row's. */
  readonly filters: z.ZodRawShape
  /** A row in answers, without what all have. */
  readonly stored: z.ZodObject
  shown(row: Row): object
}

/** What every table of the indicator's inputs has: its list, adding one, many by file, and the empty file. */
export const datedRoutes =
  <Given extends DatedGiven, Row extends object>(
    { kind, filters, stored, shown }: DatedRoutes<Given, Row>,
    { store: { db }, log }: ApiParts,
  ): FastifyPluginAsyncZod =>
  async (app) => {
    const Stored = stored.extend(StoredMembers)
    const upload = uploadOf(kind, db)
    const document = (row: Row & Dated) => ({
      ...shown(row),
      recordedAt: formatTime(row.recordedAt),
      imported: row.imported,
      enteredAt: formatTime(row.enteredAt),
    })

    app.get(
      kind.path,
      {
        onRequest: allow(),
        schema: {
          tags: ['indicator'],
          description: `${kind.words} The rows that stand.`,
          querystring: z.object({
            ...filters,
            asOf: AsOf.optional().describe('as they stood then'),
            limit: limit(10_000, 10_000),
            cursor: KeyCursor,
          }),
          response: { 200: page(Stored), 400: Problem },
        },
      },
      async ({ query }, reply) => {
        const { asOf, limit, cursor, ...where } = query as {
          limit: number
          asOf?: number
          cursor?: SqlValue[]
        }
        if (cursor && cursor.length !== kind.table.key.length)
          return problem(reply, 400, 'not_valid', 'cursor: not one of ours')
        const rows = await standingIn(db, kind.table, {
          asOf: asOf ?? microsNow(),
          where: where as { [property in keyof Row]?: SqlValue },
          after: cursor,
          limit: limit + 1,
        })
        const items = rows.slice(0, limit)
        const last = rows.length > limit ? items.at(-1) : undefined
        return {
          items: items.map(document) as never[],
          ...(last ? { next: cursorOf(JSON.stringify(kind.table.key.map(([name]) => last[name]))) } : {}),
        }
      },
    )

    app.post(
      kind.path,
      {
        onRequest: allow('statistician'),
        schema: {
          tags: ['indicator'],
          description: `${kind.words} Another row with the same key is a revision; the same row again changes nothing.`,
          body: kind.given,
          response: { 201: Stored.extend(Outcome), 404: Problem, 422: Problem },
        },
      },
      async ({ body }, reply) => {
        const given = body as Given
        const judge = await upload.begin([given], microsNow())
        const judged = judge.judge(given)
        if (judged.verdict === 'fault') {
          const isMissing = 'isMissingArea' in judged
          return isMissing
            ? problem(reply, 404, 'area_not_found', judged.detail)
            : problem(reply, 422, 'faulty_row', `${judged.field}: ${judged.detail}`)
        }
        const { verdict, row } = judged
        const warnings = (await judge.warnings?.()) ?? []
        if (verdict !== 'unchanged') await insertDated(db, kind.table, [row])
        return reply.code(201).send({ ...document(row), verdict, warnings } as never)
      },
    )

    await app.register(uploadRoutes(upload, log))
  }
