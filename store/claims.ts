import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'

/** A token with which devices register themselves, a number of times, for a time. */
export interface Claim {
  readonly id: string
  readonly name: string
  readonly profile: string | null
  readonly type: string
  readonly area: string | null
  readonly groups: readonly string[]
  /** What the ids of the devices begin with. */
  readonly idPrefix: string
  readonly usesMax: number
  readonly uses: number
  readonly expiresAt: Micros
  readonly createdAt: Micros
  readonly revokedAt: Micros | null
}

const COLUMNS = `id, name, profile, type, area, to_jsonb(groups) as groups, id_prefix as "idPrefix", uses_max as "usesMax", uses,
  expires_at as "expiresAt", created_at as "createdAt", revoked_at as "revokedAt"`

export async function insertClaim(db: Db, claim: Claim, tokenHash: Buffer): Promise<void> {
  await db.query({
    text: `insert into claim (id, name, token_hash, profile, type, area, groups, id_prefix, uses_max, expires_at, created_at)
           values ($1, $2, decode($3, 'base64'), $4, $5, $6, $7::text[], $8, $9, from_us($10), from_us($11))`,
    values: [
      claim.id,
      claim.name,
      tokenHash.toString('base64'),
      claim.profile,
      claim.type,
      claim.area,
      pgArray(claim.groups),
      claim.idPrefix,
      claim.usesMax,
      claim.expiresAt,
      claim.createdAt,
    ],
  })
}

export async function listClaims(db: Db): Promise<Claim[]> {
  return (
    await db.query<Claim>({ text: `select ${COLUMNS} from claim order by created_at desc, id limit 1000` })
  ).rows
}

/** True: it was in force. */
export async function revokeClaim(db: Db, id: string, now: Micros): Promise<boolean> {
  const { rows } = await db.query({
    text: 'update claim set revoked_at = from_us($2) where id = $1 and revoked_at is null returning id',
    values: [id, now],
  })
  return rows.length > 0
}

/** The hash of a claim's token; null: there is no such claim. */
export async function claimTokenHash(db: Db, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ hash: string }>({
    text: `select encode(token_hash, 'base64') as hash from claim where id = $1`,
    values: [id],
  })
  return rows[0] ? Buffer.from(rows[0].hash, 'base64') : null
}

/** Takes one use; null: it is used up, over or revoked. Two at once never take the last one both. */
export async function useClaim(db: Db, id: string, now: Micros): Promise<Claim | null> {
  const { rows } = await db.query<Claim>({
    text: `update claim set uses = uses + 1
           where id = $1 and uses < uses_max and expires_at > from_us($2) and revoked_at is null
           returning ${COLUMNS}`,
    values: [id, now],
  })
  return rows[0] ?? null
}

/** Gives a use back that came to nothing. */
export async function returnClaim(db: Db, id: string): Promise<void> {
  await db.query({ text: 'update claim set uses = uses - 1 where id = $1 and uses > 0', values: [id] })
}
