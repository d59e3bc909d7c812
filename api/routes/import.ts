import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, microsNow } from '../../core/time.ts'
import { areaOn } from '../../store/areas.ts'
import { isDuplicateKey } from '../../store/db.ts'
import type { NewDevice } from '../../store/device.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { FAULTS, missingPart, newDeviceRow } from '../device-document.ts'
import { type ImportRow, type RowFault, readCsv, readNdjson } from '../import-rows.ts'
import type { ApiParts } from '../parts.ts'
import { Problem, problem } from '../problem.ts'

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
  const { registry, log } = parts
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
          'Registers up to 200,000 devices, all or none: text/csv with a header (id, type, profile, entity, area, lat, lon, access, role, clientId, externalIds, intervalS, gateways, groups, test, validFrom; names in one cell parted by |) or application/x-ndjson with one object of POST /devices a line. 201 gives the new secrets, this once, as a file in the same format. 422 names each faulty row, and nothing is registered.',
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
        const { devices, secrets, faults, rows } = checked
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
        if (isTaken || !(await isMade(registry.createAll(devices, now)))) return problem(reply, ...OVERTAKEN)
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
      if (isDuplicateKey(error)) return false
      throw error
    },
  )

const secretsFile = (secrets: readonly Secret[], isCsv: boolean): string =>
  isCsv
    ? `id,username,password\n${secrets.map(({ id, password }) => `${id},${id},${password}\n`).join('')}`
    : secrets.map(({ id, password }) => `${JSON.stringify({ id, username: id, password })}\n`).join('')

/** Every row by itself, and beside those before it. */
async function checkRows(
  rows: AsyncIterable<ImportRow | RowFault>,
  now: number,
  parts: ApiParts,
): Promise<{ devices: NewDevice[]; secrets: Secret[]; faults: RowFault[]; rows: number }> {
  const devices: NewDevice[] = []
  const secrets: Secret[] = []
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
    secrets.push({ id: result.device.id, password: result.secret })
  }
  return { devices, secrets, faults, rows: count }
}

/** What the rows so far have taken. */
class Rows {
  readonly #parts: ApiParts
  readonly #areas = new Map<string, boolean>()
  /** By kind and name, the row that has it. */
  readonly #taken = new Map<string, number>()
  readonly #types = new Map<string, string>()

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  async add(
    { row, device }: ImportRow,
    now: number,
  ): Promise<RowFault | { device: NewDevice; secret: string }> {
    const { registry, credentials } = this.#parts
    const fault = (field: string, detail: string): RowFault => ({ row, field, detail })
    if (device.area !== undefined && !(await this.#isArea(device.area, device.validFrom ?? now)))
      return fault('area', `no area ${device.area} is in force`)
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
      ...made.externalIds.map((name) => ['externalIds', `${made.gateways.join()}/${name.toLowerCase()}`]),
    ] as [field: string, name: string][]
    for (const [field, name] of names) {
      const before = this.#taken.get(`${field} ${name}`)
      if (before !== undefined) return fault(field, `row ${before} has the same`)
      this.#taken.set(`${field} ${name}`, row)
    }
    return { device: made, secret }
  }

  async #isArea(code: string, at: number): Promise<boolean> {
    const key = `${code} ${localDate(at)}`
    const known = this.#areas.get(key)
    if (known !== undefined) return known
    const isThere = (await areaOn(this.#parts.store.db, code, localDate(at))) !== null
    this.#areas.set(key, isThere)
    return isThere
  }
}

const FIELD_OF: Readonly<Partial<Record<keyof typeof FAULTS, string>>> = {
  id_taken: 'id',
  client_id_taken: 'clientId',
  external_id_taken: 'externalIds',
  entity_of_other_type: 'entity',
}
