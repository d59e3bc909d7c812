import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { microsNow } from '../../../core/time.ts'
import { publish } from '../../../digital-twin/indicator/releases/publish.ts'
import type { PublishRequest } from '../../../digital-twin/indicator/releases/refusal.ts'
import type { Db } from '../../../store/db.ts'
import { putSetting } from '../../../store/settings.ts'
import { openStore } from '../../../store/store.ts'
import { copyOfSnapshot } from '../../support/data-folder.ts'
import { silent } from '../../support/silent-log.ts'
import { endOf, imported, sourcesOf, VINTAGES } from './worked-case.ts'

let db: Db
beforeAll(async () => {
  const folder = copyOfSnapshot()
  ;({ db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {}))
})
afterAll(() => db.close())

describe('a publication is refused', () => {
  const refused = async (request: PublishRequest) => {
    const result = await publish(db, request, sourcesOf())
    return result.ok ? result.value.id : result.error.code
  }
  const now = (id: string, more: Partial<PublishRequest> = {}) =>
    imported(id, microsNow(), { importedFrom: null, ...more })

  it('where the data is simulated', async () => {
    await putSetting(db, 'synthetic', true)
    assert.equal(await refused(VINTAGES[0]!), 'synthetic')
    await putSetting(db, 'synthetic', false)
  })

  it('for times that cannot be, periods that are not over, reasons that are missing', async () => {
    assert.equal(await refused(now('A', { asOf: microsNow() + 60_000_000 })), 'as_of_in_future')
    assert.equal(await refused(now('A', { importedFrom: microsNow() + 60_000_000 })), 'published_in_future')
    assert.equal(
      await refused(imported('A', '2026-02-01', { importedFrom: endOf('2026-01-31') })),
      'as_of_after_publication',
    )
    assert.equal(await refused(now('A', { periods: ['2999'] })), 'period_not_over')
    assert.equal(await refused(imported('A', '2025-12-30')), 'period_not_over')
    assert.equal(await refused(imported('A', '2026-01-15', { kind: 'MAJOR', reason: ' ' })), 'reason_missing')
    assert.equal(
      await refused(imported('A', '2026-01-15', { kind: 'CORRECTION', reason: 'r' })),
      'nothing_to_correct',
    )
  })

  it('before the newest release of the period, and under an id that is taken', async () => {
    assert.equal(await refused(VINTAGES[1]!), 'V2')
    assert.equal(await refused(VINTAGES[0]!), 'not_newest')
    assert.equal(await refused(now('V2')), 'release_exists')
    assert.equal(await refused(now('A', { asOf: endOf('2026-02-14') })), 'as_of_too_early')
    // Of another period it is the first.
    assert.equal(await refused(imported('A', '2026-01-15', { periods: ['2025-Q4'] })), 'A')
  })

  it('after a final one, unless it is a correction that is final', async () => {
    const first = imported('F1', '2026-01-15', { isFinal: true, periods: ['2024'] })
    assert.equal(await refused(first), 'F1')
    const periods = ['2024']
    const correction = {
      kind: 'CORRECTION',
      reason: 'a gateway was counted',
      isFinal: true,
      periods,
    } as const
    assert.equal(await refused(now('F2', { isFinal: true, periods })), 'final_already')
    assert.equal(await refused(now('F2', { periods })), 'final_already')
    assert.equal(await refused(now('F2', { ...correction, isFinal: false })), 'final_already')
    assert.equal(await refused(now('F2', { ...correction, reason: '' })), 'reason_missing')
    assert.equal(await refused(now('F2', correction)), 'F2')
  })

  it('never for being two at a time: one follows the other, each with an id of its own', async () => {
    const both = await Promise.all([
      refused(now('', { id: null, periods: ['2023'] })),
      refused(now('', { id: null, periods: ['2023'], asOf: microsNow() })),
    ])
    assert.deepEqual(both, ['V3', 'V4'])
  })
})
