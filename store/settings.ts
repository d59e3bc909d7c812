import { type Db, pgArray } from './db.ts'

/** A fact of this installation, e.g. `synthetic`: its data is simulated. */
export async function putSetting(db: Db, key: string, value: unknown): Promise<void> {
  await db.query({
    text: 'insert into setting (key, value) values ($1, $2::jsonb) on conflict (key) do update set value = excluded.value',
    values: [key, JSON.stringify(value)],
  })
}

export async function settings(db: Db, keys: readonly string[]): Promise<Map<string, unknown>> {
  const { rows } = await db.query<{ key: string; value: unknown }>({
    text: 'select key, value from setting where key = any($1::text[])',
    values: [pgArray(keys)],
  })
  return new Map(rows.map((row) => [row.key, row.value]))
}
