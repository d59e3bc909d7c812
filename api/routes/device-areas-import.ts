import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime, localDate, type Micros, microsNow } from '../../core/time.ts'
import { type DeviceMove, insertMoves, listMoves } from '../../store/device-moves.ts'
import { beginImport, finishImport } from '../../store/import-batches.ts'
import type { RouteOptions } from '../app.ts'
import { AreasOfRows } from '../area-in-force.ts'
import type { ApiParts } from '../parts.ts'
import { AreaCode, Id, RecordedAt, Since } from '../schemas.ts'
import type { Judged, UploadKind } from '../uploads/kind.ts'
import { uploadRoutes } from '../uploads/routes.ts'

const ROWS_MAX = 500_000
/** Rows that are read or written by one statement, which is to hold the database for some 20 ms. */
const ROWS_A_SLICE = 1000

const Given = z.object({
  device: Id,
  area: AreaCode.nullable().default(null),
  validFrom: Since,
  recordedAt: RecordedAt.optional(),
})
type Given = z.infer<typeof Given>

/** Where devices were, with their dates. */
export const deviceAreasImportRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  await app.register(uploadRoutes(movesKind(parts), parts.log))
}

const movesKind = (parts: ApiParts): UploadKind<Given, DeviceMove> => ({
  name: 'device-areas',
  path: '/device-areas',
  tag: 'devices',
  words:
    'In which area devices were from an instant on (a day: its beginning), until the next; an empty area: none is known. recordedAt is when it became known, now if left out. Another area for the same device and beginning is a correction.',
  roles: ['integrator', 'statistician'],
  columns: [
    { name: 'device', nameVi: 'Thiết bị', type: 'text', isRequired: true, example: 'wm-1' },
    { name: 'area', nameVi: 'Địa bàn', type: 'text', isRequired: true, example: '24133' },
    { name: 'validFrom', nameVi: 'Từ', type: 'day', isRequired: true, example: '2025-07-01' },
    { name: 'recordedAt', nameVi: 'Thời điểm ghi nhận', type: 'text', example: '' },
  ],
  given: Given,
  rowsMax: ROWS_MAX,
  begin: (given, now) => begin(given, now, parts),
  async store(moves, file) {
    const { store, registry, twins } = parts
    await beginImport(store.db, file)
    for (const slice of slicesOf(moves)) await insertMoves(store.db, slice)
    await finishImport(store.db, file, moves.length)
    for (const entity of await registry.applyMoves(microsNow())) twins.entityChanged(entity)
  },
})

async function begin(given: readonly Given[], now: Micros, { store, registry }: ApiParts) {
  const known = new Map<string, DeviceMove[]>()
  for (const slice of slicesOf([...new Set(given.map(({ device }) => device))]))
    for (const move of await listMoves(store.db, slice)) {
      const key = keyOf(move)
      known.set(key, [...(known.get(key) ?? []), move])
    }
  const areas = new AreasOfRows(store.db)
  const missing = new Map<string, string>()
  for (const { area, validFrom } of given) {
    const fault = await areas.missing(area, validFrom)
    if (fault) missing.set(`${area} ${validFrom}`, fault.detail)
  }
  return {
    judge({ device: id, area, validFrom: since, recordedAt: told }: Given): Judged<DeviceMove> {
      const device = registry.device(id)
      if (!device) return { verdict: 'fault', field: 'device', detail: `no device ${id}` }
      const noArea = missing.get(`${area} ${since}`)
      if (noArea) return { verdict: 'fault', field: 'area', detail: noArea }
      // The day on which it came into service is told by its beginning.
      const isFirstDay = localDate(since) === localDate(device.validFrom)
      const validFrom = isFirstDay ? Math.max(since, device.validFrom) : since
      if (validFrom < device.validFrom)
        return {
          verdict: 'fault',
          field: 'validFrom',
          detail: `${id} is in service since ${formatTime(device.validFrom)} only`,
        }
      const move = { device: id, area, validFrom, recordedAt: told ?? now }
      return judgeMove(move, known.get(keyOf(move)) ?? [], told === undefined)
    },
  }
}

/** Beside all that was ever held to be so of the same device and beginning. */
function judgeMove(move: DeviceMove, versions: readonly DeviceMove[], isNow: boolean): Judged<DeviceMove> {
  const key = `${move.device} from ${formatTime(move.validFrom)}${isNow ? '' : `, known at ${formatTime(move.recordedAt)}`}`
  const same = versions.find(({ recordedAt }) => recordedAt === move.recordedAt)
  if (same && same.area !== move.area)
    return {
      verdict: 'fault',
      field: 'recordedAt',
      detail: `it is known from the same instant to be in ${same.area ?? 'no area'}: a correction is recorded later`,
    }
  const before = versions.findLast(({ recordedAt }) => recordedAt <= move.recordedAt)
  if (before?.area === move.area) return { verdict: 'unchanged', key, row: move }
  if (!before) return { verdict: 'new', key, row: move }
  return {
    ...{ verdict: 'revision', key, row: move, field: 'area' },
    detail: `${move.area ?? 'no area'} in place of ${before.area ?? 'no area'}`,
    before: { area: before.area },
    after: { area: move.area },
  }
}

const keyOf = ({ device, validFrom }: Pick<DeviceMove, 'device' | 'validFrom'>): string =>
  `${device} ${validFrom}`

function* slicesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += ROWS_A_SLICE) yield items.slice(at, at + ROWS_A_SLICE)
}
