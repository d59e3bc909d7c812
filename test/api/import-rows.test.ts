import assert from 'node:assert/strict'
import { it } from 'vitest'
import { readCsv } from '../../api/import-rows.ts'

it('a file of devices with a line of commas alone is refused unread', async () => {
  const rows = []
  for await (const row of readCsv(Buffer.from(`id,type\n${','.repeat(3_000_000)}\n`))) rows.push(row)
  assert.deepEqual(rows, [{ row: 0, field: '', detail: 'line 2 is longer than 65536 bytes' }])
})
