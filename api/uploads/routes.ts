import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Log } from '../../core/ports.ts'
import { allow } from '../access.ts'
import { Problem, problem } from '../problem.ts'
import type { UploadKind } from './kind.ts'
import { judgeFile, Report, type UploadedFile } from './report.ts'
import { csvTemplate, xlsxTemplate } from './template.ts'

const BODY_BYTES_MAX = 32 * 1024 * 1024
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** What a file is, its bytes say; Windows gives CSV the type of Excel. */
const TYPES = ['text/csv', XLSX, 'application/vnd.ms-excel', 'application/octet-stream', 'text/plain']

const Query = z.object({
  dryRun: z.stringbool().default(false).describe('only judges: nothing is stored'),
  name: z.string().max(200).optional().describe('what the file is called, for the report'),
  sheet: z
    .string()
    .max(100)
    .optional()
    .describe('name or number of a workbook’s sheet; the first if left out'),
})

/** `POST <path>/import` and `GET <path>/template` of a table: all rows of a file, or none. */
export const uploadRoutes = <Given, Row>(kind: UploadKind<Given, Row>, log: Log): FastifyPluginAsyncZod =>
  tableRoutes(kind, log, async (file, { isDry, by }) => {
    const { report, rows } = await judgeFile(kind, file)
    if (!isDry && report.faulty === 0 && rows.length > 0)
      await kind.store(rows, { kind: kind.name, sha256: report.file.sha256, rows: report.file.rows, by })
    return report
  })

type Table = Pick<
  UploadKind<unknown, unknown>,
  'name' | 'path' | 'tag' | 'words' | 'roles' | 'columns' | 'rowsMax'
>

/** The same for a table that is too large to be judged as a whole: `take` judges the file and, unless it is dry or faulty,
 *  stores it. */
export const tableRoutes =
  (
    kind: Table,
    log: Log,
    take: (file: UploadedFile, how: { isDry: boolean; by: string }) => Promise<Report>,
    bytesMax = BODY_BYTES_MAX,
  ): FastifyPluginAsyncZod =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(TYPES, { parseAs: 'buffer', bodyLimit: bytesMax }, (_request, body, done) =>
      done(null, body),
    )
    // The handler says what is taken.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null, null))
    let isRunning = false

    app.post(
      `${kind.path}/import`,
      {
        config: { audit: `import ${kind.name}` },
        onRequest: allow(...kind.roles),
        bodyLimit: bytesMax,
        schema: {
          tags: [kind.tag],
          description: `${kind.words} Up to ${kind.rowsMax} rows, all or none, as text/csv (UTF-8; comma, semicolon or tab) or XLSX; the first row names the columns: ${kind.columns.map(({ name, nameVi }) => `${name} (${nameVi})`).join(', ')}. The answer judges every row: new, unchanged, a revision, or faulty, and then nothing is stored (422, the same document).`,
          consumes: TYPES.slice(0, 2),
          querystring: Query,
          response: {
            200: Report,
            201: Report,
            409: Problem,
            413: Problem,
            415: Problem,
            422: Report.and(Problem),
          },
        },
      },
      async ({ body, headers, query: { dryRun, name, sheet }, principal }, reply) => {
        if (!(body instanceof Buffer))
          return problem(
            reply,
            415,
            'no_table',
            `Content-Type ${JSON.stringify(headers['content-type'] ?? '')}: takes text/csv or XLSX, the file itself being the body (curl --data-binary @file)`,
          )
        if (isRunning)
          return problem(
            reply,
            409,
            'import_under_way',
            'another import of these is under way: send this one after it',
          )
        isRunning = true
        try {
          const by = principal?.name ?? ''
          const report = await take({ body, name, sheet }, { isDry: dryRun, by })
          if (dryRun) return reply.code(200).send(report)
          if (report.faulty > 0) {
            const detail = `${report.faulty} of ${report.file.rows} rows are faulty; nothing was stored`
            return problem(reply, 422, 'faulty_rows', detail, report)
          }
          if (report.new + report.revisions === 0) return reply.code(200).send(report)
          log.info({ kind: kind.name, rows: report.file.rows, by }, 'a table was imported')
          return reply.code(201).send(report)
        } finally {
          isRunning = false
        }
      },
    )

    app.get(
      `${kind.path}/template`,
      {
        onRequest: allow(),
        schema: {
          tags: [kind.tag],
          description: 'An empty table with its headers and one row as an example.',
          produces: TYPES.slice(0, 2),
          querystring: z.object({
            format: z.enum(['csv', 'xlsx']).default('csv'),
            lang: z.enum(['vi', 'en']).default('en').describe('of the headers'),
          }),
          response: { 200: z.unknown() },
        },
      },
      async ({ query: { format, lang } }, reply) => {
        reply.header('content-disposition', `attachment; filename="${kind.name}.${format}"`)
        reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : XLSX)
        if (format === 'xlsx') return reply.send(await xlsxTemplate(kind.columns, lang))
        return reply.serializer(String).send(csvTemplate(kind.columns, lang))
      },
    )
  }
