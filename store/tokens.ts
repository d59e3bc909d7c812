import type { Role } from '../core/ports.ts'
import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly method: 'keyed' | 'scrypt'
  readonly hash: Buffer
  readonly salt: Buffer | null
  readonly createdAt: Micros
}

type Encoded = Omit<TokenRow, 'hash' | 'salt'> & { hash: string; salt: string | null }

/** All tokens in force. There are few: people and programs, not devices. */
export async function listTokens(db: Db): Promise<TokenRow[]> {
  const { rows } = await db.query<Encoded>({
    text: `select id, name, role, method, encode(hash, 'base64') as hash, encode(salt, 'base64') as salt, created_at as "createdAt"
           from api_token where revoked_at is null order by created_at, id`,
  })
  return rows.map((row) => ({
    ...row,
    hash: Buffer.from(row.hash, 'base64'),
    salt: row.salt === null ? null : Buffer.from(row.salt, 'base64'),
  }))
}

/** Adds a token, or replaces the one with this id. */
export async function putToken(
  db: Db,
  { id, name, role, method, hash, salt, createdAt }: TokenRow,
): Promise<void> {
  await db.query({
    text: `insert into api_token (id, name, role, method, hash, salt, created_at)
           values ($1, $2, $3, $4, decode($5, 'base64'), decode($6, 'base64'), from_us($7))
           on conflict (id) do update set name = excluded.name, role = excluded.role, method = excluded.method,
             hash = excluded.hash, salt = excluded.salt, created_at = excluded.created_at, revoked_at = null`,
    values: [id, name, role, method, hash.toString('base64'), salt?.toString('base64') ?? null, createdAt],
  })
}

export async function revokeToken(db: Db, id: string, at: Micros): Promise<boolean> {
  const { rowCount } = await db.query({
    text: 'update api_token set revoked_at = from_us($2) where id = $1 and revoked_at is null',
    values: [id, at],
  })
  return rowCount > 0
}
