import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import { type Db, isDuplicateKey } from '../../store/db.ts'
import type { NewDevice } from '../../store/device.ts'
import { beginImport, finishImport } from '../../store/import-batches.ts'
import { SimConflict, type SimRow } from '../../store/sim-ledger.ts'
import { judgeSims, putSims } from '../../store/sim-spans.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { AreasOfRows } from '../area-in-force.ts'
import { FAULTS, missingPart, newDeviceRow } from '../device-document.ts'
import { type ImportRow, type RowFault, readCsv, readNdjson } from '../import-rows.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'
import { simRows } from '../sim-schema.ts'

const BODY_BYTES_MAX = 64 * 1024 * 1024
const ROWS_MAX = 200_000
const FAULTS_SHOWN_MAX = 1000
/** Rows checked before others get their turn. */
const ROWS_A_TURN = 500

const Faulty = Problem.extend({
  rows: z.number(),
  faulty: z.number(),
  faults: z.array(z.object({ row: z.number(), field: z.string(), detail: z.string() })),
})

interface Secret {
  readonly id: string
  readonly password: string
}

/** Many devices in one go: all of them, or none. */
export const importRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, store, log } = parts
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['text/csv', 'application/x-ndjson', 'application/jsonl', 'text/plain'],
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (_request, body, done) => done(null, body),
  )
  let isRunning = false

  app.post(
    '/devices/import',
    {
      config: { audit: 'import devices' },
      onRequest: allow('integrator'),
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        tags: ['devices'],
        description:
          'Registers up to 200,000 devices, all or none: text/csv with a header (id, type, profile, entity, area, lat, lon, access, role, clientId, externalIds, intervalS, gateways, groups, test, identity, ownerKind, owner, sims, validFrom, retiredAt, recordedAt; names in one cell parted by |) or application/x-ndjson with one object of POST /devices a line, which may have retiredAt and recordedAt too. 201 gives the new secrets, this once, as a file in the same format; a device with retiredAt has none. 422 names each faulty row, and nothing is registered.',
        consumes: ['text/csv', 'application/x-ndjson'],
        querystring: z.object({ dryRun: z.stringbool().default(false).describe('only checks') }),
        response: {
          200: z.object({ rows: z.number() }),
          201: z.string().describe('id,username,password of every device'),
          409: Problem,
          415: Problem,
          422: Faulty,
        },
      },
    },
    async (request, reply) => {
      if (!(request.body instanceof Buffer))
        return problem(reply, 415, 'no_rows', 'send text/csv or application/x-ndjson')
      if (isRunning)
        return problem(reply, 409, 'import_under_way', 'another import is under way: send this one after it')
      isRunning = true
      try {
        const isCsv = !/ndjson|jsonl/.test(request.headers['content-type'] ?? '')
        const now = microsNow()
        const checked = await checkRows((isCsv ? readCsv : readNdjson)(request.body), now, parts)
        const { devices, secrets, sims, faults, rows } = checked
        if (faults.length > 0 || rows === 0)
          return problem(
            reply,
            422,
            'faulty_rows',
            rows === 0
              ? 'there are no rows'
              : `${faults.length} of ${rows} rows are faulty; nothing was registered`,
            { rows, faulty: faults.length, faults: faults.slice(0, FAULTS_SHOWN_MAX) },
          )
        if (request.query.dryRun) return reply.code(200).send({ rows })
        // What was free when its row was read may be somebody's by now.
        const isTaken = devices.some((device) => registry.faultOf(device) !== null)
        const making = () => registry.createAll(devices, now, { also: (tx) => putSims(tx, [...sims.keys()]) })
        if (isTaken || !(await isMade(making()))) return problem(reply, ...OVERTAKEN)
        await noteImport(request.body, rows, request.principal?.name ?? '', store.db)
        log.info({ devices: rows, by: request.principal?.name }, 'devices were imported')
        reply.code(201).header('cache-control', 'no-store')
        reply.header('content-disposition', `attachment; filename="secrets.${isCsv ? 'csv' : 'ndjson'}"`)
        reply.type(isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson').serializer(String)
        return reply.send(secretsFile(secrets, isCsv))
      } finally {
        isRunning = false
      }
    },
  )
}

async function noteImport(body: Buffer, rows: number, by: string, db: Db): Promise<void> {
  const file = { kind: 'devices', sha256: createHash('sha256').update(body).digest('hex'), rows, by }
  await beginImport(db, file)
  await finishImport(db, file, rows)
}

const OVERTAKEN = [
  409,
  'overtaken',
  'some of the devices were registered otherwise meanwhile: send the file again, and its rows will be named',
] as const

/** False: another change was quicker, and nothing was made. */
const isMade = (making: Promise<void>): Promise<boolean> =>
  making.then(
    () => true,
    (error: unknown) => {
      if (isDuplicateKey(error) || error instanceof SimConflict) return false
      throw error
    },
  )

const secretsFile = (secrets: readonly Secret[], isCsv: boolean): string =>
  isCsv
    ? `id,username,password\n${secrets.map(({ id, password }) => `${id},${id},${password}\n`).join('')}`
    : secrets.map(({ id, password }) => `${JSON.stringify({ id, username: id, password })}\n`).join('')

interface Checked {
  readonly devices: NewDevice[]
  /** Of those that are in service. */
  readonly secrets: Secret[]
  /** With the row that each stands in. */
  readonly sims: Map<SimRow, number>
  readonly faults: RowFault[]
  readonly rows: number
}

/** Every row by itself, and beside those before it. */
async function checkRows(
  rows: AsyncIterable<ImportRow | RowFault>,
  now: number,
  parts: ApiParts,
): Promise<Checked> {
  const devices: NewDevice[] = []
  const secrets: Secret[] = []
  const sims = new Map<SimRow, number>()
  const faults: RowFault[] = []
  const among = new Rows(parts)
  let count = 0
  for await (const row of rows) {
    if (++count % ROWS_A_TURN === 0) await nextTurn()
    if (count > ROWS_MAX) {
      faults.push({ row: count, field: '', detail: `more than ${ROWS_MAX} rows: send several files` })
      break
    }
    const result = 'device' in row ? await among.add(row, now) : row
    if ('detail' in result) {
      faults.push(result)
      continue
    }
    devices.push(result.device)
    for (const sim of result.sims) sims.set(sim, row.row)
    if (result.device.retiredAt === undefined) secrets.push({ id: result.device.id, password: result.secret })
  }
  for (const [sim, verdict] of await judgeSims(parts.store.db, [...sims.keys()]))
    if (verdict instanceof SimConflict)
      faults.push({ row: sims.get(sim) ?? 0, field: 'sims', detail: verdict.message })
  return { devices, secrets, sims, faults, rows: count }
}

/** What the rows so far have taken. */
class Rows {
  readonly #parts: ApiParts
  readonly #areas: AreasOfRows
  /** By kind and name, the row that has it. */
  readonly #taken = new Map<string, number>()
  readonly #types = new Map<string, string>()

  constructor(parts: ApiParts) {
    this.#parts = parts
    this.#areas = new AreasOfRows(parts.store.db)
  }

  async add(
    { row, device }: ImportRow,
    now: number,
  ): Promise<RowFault | { device: NewDevice; secret: string; sims: SimRow[] }> {
    const { registry, credentials, secretKey } = this.#parts
    const fault = (field: string, detail: string): RowFault => ({ row, field, detail })
    const noArea = await this.#areas.missing(device.area, device.validFrom ?? now)
    if (noArea) return fault('area', noArea.detail)
    const missing = missingPart(device, this.#parts)
    if (missing) return fault(missing.code === 'profile_not_found' ? 'profile' : 'gateways', missing.detail)
    const { secret, hash } = credentials.newDeviceSecret()
    const made = newDeviceRow(device, hash, now, this.#parts)
    if (!made) return fault('type', 'give the device a type, or a profile with an entityType')
    const known = registry.faultOf(made)
    if (known) return fault(FIELD_OF[known] ?? '', FAULTS[known][1])
    const type = this.#types.get(made.entity)
    if (type !== undefined && type !== made.type)
      return fault('entity', `${made.entity} is a ${type} in a row before`)
    this.#types.set(made.entity, made.type)
    const names = [
      ['id', made.id],
      ...(made.clientId === null ? [] : [['clientId', made.clientId]]),
      // What has ended keeps nobody from its names.
      ...(made.retiredAt === undefined ? made.externalIds : []).map((name) => [
        'externalIds',
        `${made.gateways.join()}/${name.toLowerCase()}`,
      ]),
    ] as [field: string, name: string][]
    for (const [field, name] of names) {
      const before = this.#taken.get(`${field} ${name}`)
      if (before !== undefined) return fault(field, `row ${before} has the same`)
      this.#taken.set(`${field} ${name}`, row)
    }
    return { device: made, secret, sims: simRows(device.sims, made, now, secretKey) }
  }
}

const FIELD_OF: Readonly<Partial<Record<keyof typeof FAULTS, string>>> = {
  id_taken: 'id',
  client_id_taken: 'clientId',
  external_id_taken: 'externalIds',
  entity_of_other_type: 'entity',
}
