import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { type Micros, microsNow } from '../../../core/time.ts'
import type { Figure } from '../../../digital-twin/indicator/figure.ts'
import { canonicalJson } from '../../../digital-twin/indicator/releases/digest.ts'
import { publish } from '../../../digital-twin/indicator/releases/publish.ts'
import { releasedFigures, releasedInputs } from '../../../digital-twin/indicator/releases/read.ts'
import type { PublishRequest } from '../../../digital-twin/indicator/releases/refusal.ts'
import { verifyRelease } from '../../../digital-twin/indicator/releases/verify.ts'
import type { Db } from '../../../store/db.ts'
import { listReleases, type Release, releaseAt } from '../../../store/releases.ts'
import { openStore } from '../../../store/store.ts'
import { copyOfSnapshot, embeddedStore } from '../../support/data-folder.ts'
import { postgresBin, startPostgres } from '../../support/postgres.ts'
import { silent } from '../../support/silent-log.ts'
import { compose, DEVICES, endOf, imported, type Known, sourcesOf, VINTAGES } from './worked-case.ts'

const EVER = endOf('2100-12-31')

async function published(db: Db, request: PublishRequest, sources = sourcesOf()): Promise<Release> {
  const result = await publish(db, request, sources)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

/** What `asOf` gives, as bytes; null: nothing was published by then. */
async function bytesAt(db: Db, at: Micros, period = '2025'): Promise<string | null> {
  const release = await releaseAt(db, period, at)
  return release && JSON.stringify([release.id, await releasedFigures(db, release, period)])
}

const rowsOf = async (db: Db, release: string): Promise<string[]> =>
  (
    await db.query<{ cell: string }>({
      text: `select ref_area || ' ' || indicator as cell from indicator_value where release_from = $1 order by 1`,
      values: [release],
    })
  ).rows.map(({ cell }) => cell)

const valueIn = (figures: readonly Figure[], area: string, indicator = 'IOT_CONN_PC') =>
  figures.find((figure) => figure.area === area && figure.indicator === indicator)?.value

const RATIOS = [
  ['0.5000', '0.3333', '0.5455', null],
  ['0.5000', '0.6667', '0.6364', null],
  ['0.5000', '0.5000', '0.5833', null],
]

/** Publishes the three vintages, and looks at their ratios and at what rows they added. */
async function publishWorkedCase(db: Db, then = async (): Promise<void> => {}): Promise<void> {
  for (const [i, vintage] of VINTAGES.entries()) {
    const figures = await releasedFigures(db, await published(db, vintage), '2025')
    assert.deepEqual(
      ['24133', '24328', '66', '66_U'].map((area) => valueIn(figures, area)),
      RATIOS[i],
    )
    await then()
  }
  assert.equal((await rowsOf(db, 'V1')).length, 12)
  assert.deepEqual(await rowsOf(db, 'V2'), [
    '24328 IOT_CONN',
    '24328 IOT_CONN_PC',
    '66 IOT_CONN',
    '66 IOT_CONN_PC',
  ])
  assert.deepEqual(await rowsOf(db, 'V3'), ['24328 IOT_CONN_PC', '24328 POP', '66 IOT_CONN_PC', '66 POP'])
}

describe('the worked case', () => {
  it('has its ratios in each vintage and rows for what changed alone, and answers for earlier ones byte for byte', async () => {
    const { db } = await embeddedStore()
    const answered: (string | null)[] = []
    await publishWorkedCase(db, async () => {
      answered.push(await bytesAt(db, microsNow()))
    })
    const days = ['2026-01-14', '2026-01-15', '2026-01-31', '2026-03-01', '2100-12-31']
    const [first, second, third] = answered
    assert.deepEqual(await Promise.all(days.map((day) => bytesAt(db, endOf(day)))), [
      null,
      first,
      first,
      second,
      third,
    ])
    assert.match(first ?? '', /^\["V1",/)
    const releases = await listReleases(db, '2025', 10)
    assert.deepEqual(
      releases.map(({ id, isImported }) => [id, isImported]),
      [
        ['V3', true],
        ['V2', true],
        ['V1', true],
      ],
    )
  })
})

describe('a release', () => {
  let db: Db
  beforeAll(async () => {
    const folder = copyOfSnapshot()
    ;({ db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {}))
  })
  afterAll(() => db.close())

  it('adds no rows when nothing changed, whatever the order of the inputs, and has the same figures', async () => {
    const devicesOnce = DEVICES.filter(({ rule }) => rule !== 'NEVER_HEARD')
    let n = 0
    const next = (): PublishRequest => {
      const at = endOf('2026-08-01') + n * 1_000_000
      return imported(`R${n++}`, at)
    }
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(devicesOnce, { minLength: devicesOnce.length }),
        async (devices) => {
          const first = await published(db, next(), sourcesOf(devicesOnce))
          const again = await published(db, next(), sourcesOf(devices))
          assert.deepEqual(await rowsOf(db, again.id), [])
          assert.equal(again.figuresSha256, first.figuresSha256)
          assert.equal(
            canonicalJson(await releasedFigures(db, again, '2025')),
            canonicalJson(await releasedFigures(db, first, '2025')),
          )
        },
      ),
      { numRuns: 10 },
    )
  })

  it('is changed by a late message only if it comes after it', async () => {
    const late = fc.record({
      area: fc.constantFrom('24133', '24328', null),
      days: fc.array(fc.integer({ min: 2, max: 300 }), { minLength: 1, maxLength: 4 }),
    })
    let n = 0
    await fc.assert(
      fc.asyncProperty(late, async ({ area, days }) => {
        // A period of its own for each run.
        const period = `${1990 + n++}`
        const devices: Known[] = [...DEVICES]
        const seen: [at: Micros, bytes: string | null][] = []
        for (const [i, day] of [...new Set(days)].sort((a, b) => a - b).entries()) {
          const at = endOf('2026-01-15') + day * 86_400_000_000
          await published(db, imported(`${period}-${i}`, at, { periods: [period] }), sourcesOf(devices))
          seen.push([at, await bytesAt(db, at, period)])
          devices.push({ name: `L${i}`, area, rule: 'ACTIVE', from: at + 1 })
          for (const [then, bytes] of seen) assert.equal(await bytesAt(db, then, period), bytes)
        }
        const counts = seen.map(([, bytes]) => valueIn(JSON.parse(bytes ?? '')[1], '66', 'IOT_CONN'))
        for (const [i, count] of counts.slice(1).entries()) assert.ok(Number(count) > Number(counts[i]))
      }),
      { numRuns: 15 },
    )
  })

  it('covers several periods, and what it froze is what is read back', async () => {
    const release = await published(
      db,
      imported('Q', '2026-01-15', { periods: ['2025-Q4', '2025-12', '2025-Q4'] }),
    )
    assert.deepEqual(release.periods, ['2025-12', '2025-Q4'])
    const { readInputs } = sourcesOf()
    const request = {
      period: '2025-Q4',
      freq: 'Q',
      referenceDate: '2025-12-31',
      windowDays: 90,
      isFinal: false,
    } as const
    const read = await readInputs(db, { ...request, asOf: release.asOf })
    assert.equal(canonicalJson(await releasedInputs(db, release, '2025-Q4')), canonicalJson(read))
    await assert.rejects(releasedInputs(db, release, '2024'), RangeError)
    assert.equal(await releaseAt(db, '2024', EVER), null)
  })
})

describe('a release that is looked at again', () => {
  it('verifies, until somebody tampers with it behind its back', async () => {
    const { db } = await embeddedStore()
    const release = await published(db, VINTAGES[0]!)
    const verdict = async () => (await verifyRelease(db, release, compose))[0]
    assert.deepEqual(await verdict(), {
      ...{ period: '2025', inputs: true, figures: true, recomputed: true, reason: null },
    })
    const other = (
      await verifyRelease(db, release, (inputs) =>
        compose({ ...inputs, tallies: [] }, { withheldBefore: new Set() }),
      )
    )[0]
    assert.deepEqual([other?.figures, other?.recomputed], [true, false])
    await tamper(
      db,
      'indicator_value',
      `update indicator_value set num = 5, value = 5 where ref_area = '24133' and indicator = 'IOT_CONN'`,
    )
    assert.match((await verdict())?.reason ?? '', /stored figures have another digest/)
    await tamper(db, 'release_inputs', `update release_inputs set sha256 = sha256('x')`)
    assert.match((await verdict())?.reason ?? '', /frozen inputs have another digest/)
    await assert.rejects(
      releasedInputs(db, release, '2025'),
      /release V1 for 2025 are not those that were frozen/,
    )
  })

  it('computed by another version of the method is not judged by this one', async () => {
    const { db } = await embeddedStore()
    const sources = sourcesOf()
    const old = {
      ...sources,
      readInputs: async (...args: Parameters<typeof sources.readInputs>) => ({
        ...(await sources.readInputs(...args)),
        methodVersion: '0.9.0',
      }),
    }
    const [verdict] = await verifyRelease(db, await published(db, VINTAGES[0]!, old), compose)
    assert.deepEqual([verdict?.figures, verdict?.recomputed], [true, null])
    assert.match(verdict?.reason ?? '', /method 0\.9\.0; in force is 1\.0\.0/)
  })
})

describe('what was published', () => {
  it('cannot be changed, deleted or added to by SQL', async () => {
    const { db } = await embeddedStore()
    await published(db, VINTAGES[0]!)
    await published(db, VINTAGES[1]!)
    const before = await bytesAt(db, EVER)
    for (const sql of [
      `update release set reason = 'x'`,
      `update release set published_at = null`,
      'delete from release',
      `insert into release (id, published_at, as_of, kind, is_final, reason, by, method_version, periods, inputs_sha256, figures_sha256,
         imported, recorded_at) values ('X', now(), now(), 'ROUTINE', false, '', 'x', '1', '{2025}', '', '', false, now())`,
      `update release_inputs set figures = 0`,
      'delete from release_inputs',
      `insert into release_inputs values ('V1', '2024', '', '', '', '', 0, 0, null, null)`,
      'update indicator_value set value = 1',
      `update indicator_value set release_to = null where release_to = 'V2'`,
      `update indicator_value set release_to = 'V2' where release_to is null`,
      'delete from indicator_value',
      `insert into indicator_value (time_period, release_from, freq, ref_area, geo_version, indicator, access, domain, class, coverage,
         ref_date, decimals, obs_status, conf_status, method_version)
       values ('2025', 'V1', 'A', 'x', 'x', 'POP', '_T', '_T', '_T', 'PLATFORM', '2025-12-31', 0, 'P', 'F', '1')`,
      'truncate release cascade',
      'truncate indicator_value',
      'truncate release_inputs',
    ])
      await assert.rejects(db.exec(sql), /what was published stays/, sql)
    assert.equal(await bytesAt(db, EVER), before)
  })
})

describe('the newest release', () => {
  let db: Db
  beforeAll(async () => {
    const store = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
    ;({ db } = await openStore(store, silent, () => {}))
    await published(db, VINTAGES[0]!)
  })
  afterAll(() => db.close())

  it('stays when SQL slips in another before it', async () => {
    const before = await bytesAt(db, EVER)
    await assert.rejects(
      db.exec(`insert into release (id, seq, as_of, kind, is_final, reason, by, periods, imported, recorded_at) overriding system value
                 values ('X', -1, '2026-01-01', 'ROUTINE', false, '', '', '{2025}', false, now());
               insert into release_inputs (release_id, period, inputs, sha256, withheld_before, figures_sha256, figures, changed)
                 values ('X', '2025', '', '', '', '', 0, 0);
               update indicator_value set release_to = 'X';
               update release set published_at = '2026-01-02', method_version = '1', inputs_sha256 = '', figures_sha256 = '' where id = 'X'`),
      /follows those that were published/,
    )
    assert.equal(await bytesAt(db, EVER), before)
  })

  it('is not touched by a publication whose figures cannot be computed, and nothing of that stays', async () => {
    const faulty = { ...sourcesOf(), compose: () => [...compose({} as never, {} as never)] }
    await assert.rejects(publish(db, VINTAGES[1]!, faulty))
    const { rows } = await db.query({ text: 'select id from release' })
    assert.equal(rows.length, 1)
  })

  it('is never half a release: a draft that is not whole at its end is not shown', async () => {
    const before = await bytesAt(db, EVER)
    const another: Db = {
      ...{ kind: db.kind, close: () => db.close() },
      query: (statement) => db.query(statement),
      exec: (sql) => db.exec(sql),
      copy: (...args) => db.copy(...args),
      async transaction(...args) {
        await db.exec(`delete from indicator_value where release_from = 'V2' and ref_area = '66'`)
        return db.transaction(...args)
      },
    }
    await assert.rejects(publish(another, VINTAGES[1]!, sourcesOf()), /V2 was not whole/)
    assert.equal(await bytesAt(db, EVER), before)
    assert.deepEqual(await rowsOf(db, 'V2'), [])
  })

  it('shows nothing of a publication that was cut off, and the next one clears it away', async () => {
    const before = await bytesAt(db, EVER)
    await assert.rejects(publish(cutOffBeforeTheEnd(db), VINTAGES[1]!, sourcesOf()), /power is gone/)
    assert.ok((await rowsOf(db, 'V2')).length > 0)
    assert.equal(await bytesAt(db, EVER), before)
    assert.equal((await listReleases(db, null, 10)).length, 1)
    // Another one, which must not find rows closed by the one that was cut off.
    const third = await published(db, VINTAGES[2]!)
    assert.deepEqual(await rowsOf(db, 'V2'), [])
    const figures = await releasedFigures(db, third, '2025')
    assert.deepEqual([figures.length, valueIn(figures, '24328')], [12, '0.5000'])
    assert.deepEqual((await rowsOf(db, 'V3')).length, 6)
  })
})

describe.skipIf(postgresBin() === null)('on a server', () => {
  it('releases are the same, cut off or not, and stay as they are', async () => {
    const postgres = await startPostgres()
    onTestFinished(() => postgres.stop())
    const store = { databaseUrl: postgres.url, dataDir: '.', plain: true }
    const { db } = await openStore(store, silent, () => {})
    onTestFinished(() => db.close())
    await assert.rejects(publish(cutOffBeforeTheEnd(db), VINTAGES[0]!, sourcesOf()), /power is gone/)
    await publishWorkedCase(db)
    await assert.rejects(db.exec('delete from indicator_value'), /what was published stays/)
    const release = await releaseAt(db, '2025', EVER)
    assert.ok(release)
    assert.equal((await verifyRelease(db, release, compose))[0]?.reason, null)
  })
})

/** As a database administrator could, with the triggers off. */
const tamper = (db: Db, table: string, sql: string) =>
  db.exec(`alter table ${table} disable trigger all; ${sql}; alter table ${table} enable trigger all`)

/** The same database, whose process ends before the last step: that fails, and so does everything after it. */
function cutOffBeforeTheEnd(db: Db): Db {
  let isGone = false
  const gone = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (isGone) throw new Error('the power is gone')
    return ask()
  }
  return {
    kind: db.kind,
    query: (statement) => gone(() => db.query(statement)),
    exec: (sql) => gone(() => db.exec(sql)),
    copy: (...args) => gone(() => db.copy(...args)),
    transaction: (...args) => {
      isGone = true
      return gone(() => db.transaction(...args))
    },
    close: () => db.close(),
  }
}
