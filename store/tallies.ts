import { type Micros, microsNow } from '../core/time.ts'
import type { Db, Queryable } from './db.ts'
import { inDeviceSlices } from './device-slices.ts'
import { judgeShared, type Rule, type SharedRow } from './shared-devices.ts'
import { activeSql, type Census, Parameters, type Scope, sharedSql, sumsSql } from './tally-sql.ts'

export interface TallyRequest {
  /** The last local day of the window; the count is of its end. */
  readonly referenceDate: string
  readonly windowDays: number
  /** Only what was recorded or received by then; null: by the beginning of the count, which what comes in meanwhile does not
   *  change. */
  readonly asOf: Micros | null
  /** Only devices in these areas; null among them: in none. Absent: all. */
  readonly areas?: readonly (string | null)[]
}

/** How many devices have these facts. Sums over all devices; the rows are in canonical order. */
export interface TallyRow {
  /** Where they are at the end of the reference date, as declared; null: no area is known. */
  readonly area: string | null
  /** The type of their entity. */
  readonly type: string
  readonly access: string | null
  readonly role: string
  readonly behindGateway: boolean
  readonly rule: Rule
  readonly ownerKind: 'org' | 'person'
  /** Digests in hex, sorted: one organisation (none: not told), or up to ten different persons. */
  readonly owners: readonly string[]
  readonly devices: number
  /** Different SIMs of those that count: ACTIVE, and GATEWAYs heard within the window. A cellular device of which no SIM was
   *  ever known has one. */
  readonly sims: number
}

const OWNERS_MAX = 10

/**
 * Counts all devices by the rule that decides about each (docs/methodology.md §5): TEST, RETIRED before the end of the reference
 * date, GATEWAY that measures nothing itself, SAME_DEVICE (another registration of its identity is the one that counts, see
 * judgeShared), NEVER_HEARD on a local day up to the reference date since it was commissioned, INACTIVE within the window, ACTIVE.
 *
 * On the embedded database in slices of devices that each hold it for about 30 ms; on a server as one transaction on one
 * snapshot. Slices change nothing: each device is seen once, and what is recorded meanwhile is later than `asOf`; only a message
 * received before and committed meanwhile is seen or not, for its device alone.
 */
export async function tally(db: Db, request: TallyRequest): Promise<TallyRow[]> {
  const census = censusOf(request, [request.windowDays])
  const sums = new Sums()
  const shared = await forAll(db, census, request.areas, async (tx, scope) => {
    for (const row of await ask<TallyRow>(tx, sumsSql, census, scope)) sums.add(row)
  })
  for (const { row, rule, sims } of judgeShared(shared))
    if (isWithin(row, request))
      sums.add({ ...row, rule, sims, devices: 1, owners: row.owner === null ? [] : [row.owner] })
  return sums.inOrder()
}

/** How many connections (ACTIVE) there are by windows of other lengths. */
export async function sensitivity(
  db: Db,
  request: TallyRequest & { readonly windows: readonly number[] },
): Promise<{ windowDays: number; connections: number }[]> {
  const census = censusOf(request, request.windows)
  const counts = request.windows.map(() => 0)
  const shared = await forAll(db, census, request.areas, async (tx, scope) => {
    const [row] = await ask<{ heard: number[] }>(tx, activeSql, census, scope)
    for (const [i, heard] of (row?.heard ?? []).entries()) counts[i] = (counts[i] ?? 0) + heard
  })
  return request.windows.map((windowDays, i) => {
    const counted = judgeShared(shared, i).filter(
      ({ row, rule }) => rule === 'ACTIVE' && isWithin(row, request),
    )
    return { windowDays, connections: (counts[i] ?? 0) + counted.length }
  })
}

/** To the end of this millisecond, so that what has just been recorded is known. */
const censusOf = ({ referenceDate, asOf }: TallyRequest, windows: readonly number[]): Census => ({
  referenceDate,
  windows,
  asOf: asOf ?? microsNow() + 999,
})

const isWithin = ({ area }: SharedRow, { areas }: TallyRequest): boolean => areas?.includes(area) ?? true

/** Does `each` of all devices that are counted by themselves, and gives the others. */
async function forAll(
  db: Db,
  census: Census,
  areas: TallyRequest['areas'],
  each: (tx: Queryable, scope: Scope) => Promise<void>,
): Promise<SharedRow[]> {
  const shared: SharedRow[] = []
  const take = async (tx: Queryable, scope: Scope) => {
    shared.push(...(await ask<SharedRow>(tx, sharedSql, census, scope)))
  }
  const parts = partsOf(areas)
  if (db.kind === 'server')
    await onSnapshot(db, async (tx) => {
      const named = areas?.includes(null) ? undefined : areas?.filter((area) => area !== null)
      await take(tx, { isShared: true, notedBy: null, ...(named ? { sharedWith: named } : {}) })
      for (const part of parts) await each(tx, { ...part, isShared: false, notedBy: null })
    })
  else {
    // One that comes to share something meanwhile stays where it was at the beginning.
    const notedBy = microsNow() + 999
    await inDeviceSlices(db, 'shared', (tx, range) => take(tx, { range, isShared: true, notedBy }))
    for (const part of parts)
      await inDeviceSlices(db, part.areas, (tx, range) =>
        each(tx, { ...part, range, isShared: false, notedBy }),
      )
  }
  return shared
}

function partsOf(areas: TallyRequest['areas']): Pick<Scope, 'areas'>[] {
  if (areas === undefined) return [{}]
  const named = areas.filter((area) => area !== null)
  return [...(named.length > 0 ? [{ areas: named }] : []), ...(areas.includes(null) ? [{ areas: null }] : [])]
}

const SERVER_MS_MAX = 60_000

/** Of all statements on the same state of the database, with memory for joins of whole tables. */
const onSnapshot = (db: Db, work: (tx: Queryable) => Promise<void>): Promise<void> =>
  db.transaction(
    async (tx) => {
      await tx.exec(`set transaction isolation level repeatable read, read only;
        set local work_mem = '128MB'; set local random_page_cost = 1.1; set local jit = off;
        set local max_parallel_workers_per_gather = 8`)
      await work(tx)
    },
    { timeoutMs: SERVER_MS_MAX },
  )

async function ask<R>(
  tx: Queryable,
  sql: (census: Census, scope: Scope, p: Parameters) => string,
  census: Census,
  scope: Scope,
): Promise<R[]> {
  const parameters = new Parameters()
  const text = sql(census, scope, parameters)
  return (await tx.query<R>({ text, values: parameters.values })).rows
}

/** Rows of the same facts, whatever slice they come from, are one. */
class Sums {
  readonly #rows = new Map<string, TallyRow>()

  add(row: TallyRow): void {
    const { area, type, access, role, behindGateway, rule, ownerKind, owners } = row
    const owner = ownerKind === 'org' ? owners : []
    const key = JSON.stringify([area, type, access, role, behindGateway, rule, ownerKind, ...owner])
    const known = this.#rows.get(key)
    this.#rows.set(key, {
      area,
      type,
      access,
      role,
      behindGateway,
      rule,
      ownerKind,
      owners: known ? [...new Set([...known.owners, ...owners])].toSorted().slice(0, OWNERS_MAX) : owners,
      devices: row.devices + (known?.devices ?? 0),
      sims: row.sims + (known?.sims ?? 0),
    })
  }

  inOrder(): TallyRow[] {
    return [...this.#rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }
}
