import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import { beginImport, finishImport } from '../../store/import-batches.ts'
import { SimConflict, type SimRow, simName } from '../../store/sim-ledger.ts'
import { judgeSims, putSimsInSlices } from '../../store/sim-spans.ts'
import type { RouteOptions } from '../app.ts'
import type { ApiParts } from '../parts.ts'
import { Id, RecordedAt, Since } from '../schemas.ts'
import { SimText, simOf } from '../sim-schema.ts'
import type { Judged, UploadKind } from '../uploads/kind.ts'
import { uploadRoutes } from '../uploads/routes.ts'

const ROWS_MAX = 500_000

const Given = z
  .object({
    device: Id,
    iccid: SimText.optional(),
    digest: SimText.optional(),
    from: Since,
    to: Since.optional(),
    recordedAt: RecordedAt.optional(),
  })
  .refine(({ iccid, digest }) => (iccid === undefined) !== (digest === undefined), {
    path: ['iccid'],
    message: 'takes an iccid or a digest',
  })
type Given = z.infer<typeof Given>

/** Which SIMs were in which devices, with their dates. */
export const simsImportRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(uploadRoutes(simsKind(parts), parts.log))
}

const simsKind = ({ registry, store, secretKey }: ApiParts): UploadKind<Given, SimRow> => ({
  name: 'sims',
  path: '/sims',
  tag: 'devices',
  words:
    'Which SIM or eSIM profile was in which device, from an instant up to, not including, another (a day: its beginning); recordedAt is when it became known, now if left out. A SIM is known by its ICCID or by the SHA-256 of its digits in hex, and only a keyed digest is kept. The same SIM, device and beginning with another end is a correction.',
  roles: ['integrator', 'statistician'],
  columns: [
    { name: 'device', nameVi: 'Thiết bị', type: 'text', isRequired: true, example: 'wm-1' },
    { name: 'iccid', nameVi: 'ICCID', type: 'text', example: '8984048000012345678' },
    { name: 'digest', nameVi: 'Mã băm SIM', type: 'text', example: '' },
    { name: 'from', nameVi: 'Từ', type: 'day', isRequired: true, example: '2025-01-01' },
    { name: 'to', nameVi: 'Đến trước', type: 'day', example: '' },
    { name: 'recordedAt', nameVi: 'Thời điểm ghi nhận', type: 'text', example: '' },
  ],
  given: Given,
  rowsMax: ROWS_MAX,
  async begin(given, now) {
    const rows = new Map(
      given.map((one): [Given, SimRow] => [
        one,
        {
          sim: simOf(one.iccid ?? one.digest ?? '', secretKey),
          device: one.device,
          from: one.from,
          to: one.to ?? null,
          recordedAt: one.recordedAt ?? now,
        },
      ]),
    )
    const known = [...rows.values()].filter(({ device }) => registry.device(device))
    const verdicts = await judgeSims(store.db, known)
    return {
      judge(one): Judged<SimRow> {
        const row = rows.get(one) as SimRow
        const verdict = verdicts.get(row)
        if (!verdict) return { verdict: 'fault', field: 'device', detail: `no device ${row.device}` }
        if (verdict instanceof SimConflict)
          return { verdict: 'fault', field: 'from', detail: verdict.message }
        const key = `SIM ${simName(row.sim)} in ${row.device} from ${formatTime(row.from)}, known at ${formatTime(row.recordedAt)}`
        if (verdict.verdict !== 'revision') return { verdict: verdict.verdict, key, row }
        const [before, after] = [verdict.before, row.to].map((to) => (to === null ? null : formatTime(to)))
        return {
          ...{ verdict: 'revision', key, row, field: 'to' },
          detail: `it ends ${after ?? 'not'}, and not ${before ?? 'never'}`,
          before: { to: before },
          after: { to: after },
        }
      },
    }
  },
  async store(rows, file) {
    await beginImport(store.db, file)
    await putSimsInSlices(store.db, rows)
    await finishImport(store.db, file, rows.length)
  },
})
