import assert from 'node:assert/strict'
import { it } from 'vitest'
import { vacuum } from '../../store/maintenance.ts'
import { embeddedStore } from '../support/data-folder.ts'

it('keeps the statistics of every table but the observations', async () => {
  const { db } = await embeddedStore()
  await vacuum(db)
  const { rows } = await db.query<{ relname: string }>({
    text: `select relname from pg_stat_user_tables where schemaname = 'public' and vacuum_count = 0 order by relname`,
  })
  assert.deepEqual(rows, [{ relname: 'observation' }])
})
