import { createHash } from 'node:crypto'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { localDate, localDayStart, microsNow } from '../../core/time.ts'
import { beginImport, finishImport } from '../../store/import-batches.ts'
import { putPastActivity } from '../../store/past-activity.ts'
import type { RouteOptions } from '../app.ts'
import type { ApiParts } from '../parts.ts'
import { Day, Id, ReceivedAt } from '../schemas.ts'
import { Stretches } from '../stretches.ts'
import type { Column } from '../uploads/column.ts'
import { linesOf, type Report, type UploadedFile } from '../uploads/report.ts'
import { tableRoutes } from '../uploads/routes.ts'
import { type RowFault, readTable } from '../uploads/table.ts'

const DAYS_MAX = 5_000_000
const ROWS_MAX = 3_000_000
const BODY_BYTES_MAX = 64 * 1024 * 1024
const FAULTS_SHOWN_MAX = 1000
/** Rows read before others get their turn. */
const ROWS_A_TURN = 500
const LOG_EVERY_DAYS = 250_000
const PAUSE_MS = 100

const COLUMNS: readonly Column[] = [
  { name: 'device', nameVi: 'Thiết bị', type: 'text', isRequired: true, example: 'wm-1' },
  { name: 'date', nameVi: 'Ngày', type: 'day', example: '' },
  { name: 'from', nameVi: 'Từ ngày', type: 'day', example: '2025-01-01' },
  { name: 'to', nameVi: 'Đến hết ngày', type: 'day', example: '2025-12-31' },
  { name: 'receivedAt', nameVi: 'Thời điểm nhận', type: 'text', example: '' },
]

const Given = z
  .object({
    device: Id,
    date: Day.optional(),
    from: Day.optional(),
    to: Day.optional(),
    receivedAt: ReceivedAt.optional(),
  })
  .refine(({ date, from, to }) => (date === undefined ? from && to : !from && !to), {
    path: ['date'],
    message: 'takes a date, or from and to',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'comes before from',
  })

/** Evidence of activity from before the platform was there. */
export const activityImportRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { log, store } = parts
  const kind = {
    name: 'activity',
    path: '/activity',
    tag: 'indicator',
    words: `The local days on which devices were heard before this platform heard them, one a row or as stretches of days; receivedAt is when it became known, the end of each day if left out. Up to ${DAYS_MAX} device-days. new, unchanged and revisions (known from an earlier receipt now) count device-days.`,
    roles: ['integrator', 'statistician'] as const,
    columns: COLUMNS,
    rowsMax: ROWS_MAX,
  }
  const take = async (file: UploadedFile, { isDry, by }: { isDry: boolean; by: string }): Promise<Report> => {
    const { stretches, faults, rows } = await readStretches(file, parts)
    const batch = { kind: kind.name, sha256: sha256Of(file.body), rows, by }
    const report = reportOf(file, batch, faults)
    if (faults.length > 0) return report
    if (!isDry) await beginImport(store.db, batch)
    const { fresh, earlier, known } = await putPastActivity(
      store.db,
      stretches.days(microsNow()),
      isDry,
      progress(parts, stretches.dayCount),
    )
    if (!isDry) await finishImport(store.db, batch, fresh + earlier)
    return { ...report, new: fresh, revisions: earlier, unchanged: known }
  }
  await app.register(tableRoutes(kind, log, take, BODY_BYTES_MAX))
}

/** Says how far it is, and stands back while what comes in live waits for the database. */
function progress({ log, isFull }: ApiParts, of: number): (taken: number) => Promise<void> {
  let said = 0
  return async (taken) => {
    if (taken - said >= LOG_EVERY_DAYS) {
      said = taken
      log.info({ days: taken, of }, 'activity of the past is being imported')
    }
    if (isFull()) await delay(PAUSE_MS)
  }
}

/** Reads and judges all of the file before any of it is stored. */
async function readStretches(
  { body, sheet }: UploadedFile,
  { registry }: ApiParts,
): Promise<{ stretches: Stretches; faults: RowFault[]; rows: number }> {
  const stretches = new Stretches()
  const faults: RowFault[] = []
  const today = localDate(microsNow())
  let rows = 0
  for await (const row of readTable(linesOf(body, sheet), COLUMNS, ROWS_MAX)) {
    if (row.row > 0 && ++rows % ROWS_A_TURN === 0) await nextTurn()
    const fault = 'detail' in row ? row : judge(row.row, row.cells)
    if (fault) faults.push(fault)
    if (faults.length > FAULTS_SHOWN_MAX * 10) break
  }
  if (rows === 0 && faults.length === 0)
    faults.push({ row: 0, field: '', detail: 'there are no rows below the header' })
  return { stretches, faults, rows }

  function judge(row: number, cells: Readonly<Record<string, unknown>>): RowFault | null {
    const parsed = Given.safeParse(cells)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return { row, field: issue?.path.join('.') ?? '', detail: issue?.message ?? 'not valid' }
    }
    const { device: id, date = '', from = date, to = date, receivedAt } = parsed.data
    const device = registry.device(id)
    if (!device) return { row, field: 'device', detail: `no device ${id}: bring in the devices first` }
    const first = localDate(device.validFrom)
    const last = device.retiredAt === null ? today : localDate(device.retiredAt - 1)
    const fromField = date === '' ? 'from' : 'date'
    if (from < first) return { row, field: fromField, detail: `${id} is in service since ${first} only` }
    if (to > last)
      return {
        row,
        field: date === '' ? 'to' : 'date',
        detail:
          device.retiredAt === null ? 'lies in the future' : `${id} was retired: its last day is ${last}`,
      }
    if (receivedAt !== undefined && receivedAt < localDayStart(to))
      return { row, field: 'receivedAt', detail: 'lies before the day that it is the receipt of' }
    stretches.add(id, from, to, receivedAt ?? null)
    return stretches.dayCount <= DAYS_MAX
      ? null
      : { row, field: '', detail: `more than ${DAYS_MAX} device-days: send several files` }
  }
}

const sha256Of = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

function reportOf(
  { name }: UploadedFile,
  { kind, sha256, rows }: { kind: string; sha256: string; rows: number },
  faults: readonly RowFault[],
): Report {
  const shown = faults.slice(0, FAULTS_SHOWN_MAX)
  return {
    kind,
    file: { ...(name === undefined ? {} : { name }), sha256, rows },
    new: 0,
    unchanged: 0,
    revisions: 0,
    faulty: faults.length,
    items: shown.map((fault) => ({ ...fault, verdict: 'fault' as const, before: null, after: null })),
    cut: faults.length - shown.length,
    warnings: [],
  }
}
