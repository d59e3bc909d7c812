import type { Micros } from '../core/time.ts'

/** A registration that shares its identity or a SIM with another: what decides about it, one by one. */
export interface SharedRow {
  readonly id: string
  readonly area: string | null
  readonly type: string
  readonly access: string | null
  readonly role: string
  readonly behindGateway: boolean
  readonly ownerKind: 'org' | 'person'
  readonly owner: string | null
  readonly identity: string | null
  readonly validFrom: Micros
  readonly isTest: boolean
  readonly isEnded: boolean
  readonly isInfrastructure: boolean
  /** By window. */
  readonly heard: readonly boolean[]
  readonly ever: boolean
  readonly hasImplicitSim: boolean
  /** Digests of the SIMs it holds, in hex. */
  readonly sims: readonly string[]
}

export type Rule = 'TEST' | 'RETIRED' | 'GATEWAY' | 'SAME_DEVICE' | 'NEVER_HEARD' | 'INACTIVE' | 'ACTIVE'

export interface Judged {
  readonly row: SharedRow
  readonly rule: Rule
  readonly sims: number
}

/**
 * Counts each physical device once, and each SIM once. Of registrations that share an identity and would each be counted as
 * registered, one is: the active before the inactive before the never heard, then the one in service longest, then the least id;
 * so the group is active if any of it was heard. A SIM said to be in several devices that count is in the one of least id.
 */
export function judgeShared(rows: readonly SharedRow[], window = 0): Judged[] {
  const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const rules = new Map(inOrder.map((row) => [row, ruleOf(row, window)]))
  const kept = new Map<string, SharedRow>()
  for (const row of inOrder) {
    if (row.identity === null || !((rules.get(row) as string) in PRECEDENCE)) continue
    const other = kept.get(row.identity)
    if (other === undefined) kept.set(row.identity, row)
    else {
      const loser = comesBefore(row, other, rules) ? other : row
      rules.set(loser, 'SAME_DEVICE')
      if (loser === other) kept.set(row.identity, row)
    }
  }
  const seen = new Set<string>()
  return inOrder.map((row) => {
    const rule = rules.get(row) as Rule
    const isCounted = rule === 'ACTIVE' || (rule === 'GATEWAY' && row.heard[window] === true)
    return { row, rule, sims: isCounted ? Number(row.hasImplicitSim) + newOnes(row.sims, seen) : 0 }
  })
}

const PRECEDENCE: Partial<Record<Rule, number>> = { ACTIVE: 0, INACTIVE: 1, NEVER_HEARD: 2 }

function ruleOf({ isTest, isEnded, isInfrastructure, heard, ever }: SharedRow, window: number): Rule {
  if (isTest) return 'TEST'
  if (isEnded) return 'RETIRED'
  if (isInfrastructure) return 'GATEWAY'
  if (heard[window]) return 'ACTIVE'
  return ever ? 'INACTIVE' : 'NEVER_HEARD'
}

/** Rows come by id: of two alike the earlier stays. */
function comesBefore(a: SharedRow, b: SharedRow, rules: ReadonlyMap<SharedRow, Rule>): boolean {
  const rank = (row: SharedRow) => PRECEDENCE[rules.get(row) as Rule] ?? 0
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.validFrom < b.validFrom)
}

function newOnes(sims: readonly string[], seen: Set<string>): number {
  const before = seen.size
  for (const sim of sims) seen.add(sim)
  return seen.size - before
}
