import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Catalogue } from '../../../api/sensorthings/catalogue.ts'
import { matches } from '../../../api/sensorthings/filter-evaluate.ts'
import { parseExpression } from '../../../api/sensorthings/filter-parser.ts'
import { conditionOf } from '../../../api/sensorthings/observation-plan.ts'
import { observationItem, observationsPage } from '../../../api/sensorthings/observations.ts'
import { parseOptions } from '../../../api/sensorthings/query-options.ts'
import { Budget } from '../../../api/sensorthings/refusal.ts'
import { answerTo } from '../../../api/sensorthings/service.ts'
import { walk } from '../../../api/sensorthings/walk.ts'
import type { Quality } from '../../../core/message.ts'
import { observationPage, pageStatement } from '../../../store/observation-pages.ts'
import { insertChecked, type ObservationRow } from '../../../store/observations.ts'
import { Registry } from '../../../store/registry.ts'
import { embeddedStore } from '../../support/data-folder.ts'
import { meter } from '../../support/series.ts'

const START = Date.parse('2026-03-01T00:00:00Z') * 1000
const DAY = 86_400_000_000
const QUALITIES: Quality[] = ['good', 'implausible', 'estimated', 'bad']

async function filled(days: number) {
  const { db } = await embeddedStore()
  const row = await meter(db, 'wm-1')
  const rows: ObservationRow[] = Array.from({ length: days * 4 }, (_, i) => ({
    ...row(START + (i * DAY) / 4, (i % 7) - 2),
    quality: QUALITIES[i % 4] ?? 'good',
    ...(i % 5 === 0 ? { value: null, label: i % 2 ? 'on' : "it's" } : {}),
  }))
  await db.transaction((tx) => insertChecked(tx, rows))
  const catalogue = new Catalogue(await Registry.load(db), db)
  await catalogue.refresh()
  return { db, rows, catalogue, seriesId: rows[0]?.seriesId ?? 0 }
}

const time = fc
  .integer({ min: -2, max: 24 })
  .map((step) => new Date((START + (step * DAY) / 4) / 1000).toISOString())
const operator = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le')
const simple = fc.oneof(
  fc.tuple(fc.constantFrom('phenomenonTime', 'resultTime'), operator, time).map((parts) => parts.join(' ')),
  fc.tuple(time, operator, fc.constant('phenomenonTime')).map((parts) => parts.join(' ')),
  fc.tuple(fc.constant('result'), operator, fc.integer({ min: -3, max: 5 })).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constant('result'), fc.constantFrom('eq', 'ne'), fc.constantFrom("'on'", "'it''s'", "'off'"))
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constant('resultQuality'), fc.constantFrom('eq', 'ne'), fc.constantFrom("'good'", "'bad'"))
    .map((parts) => parts.join(' ')),
)
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    simple,
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('filter').map((of) => `not (${of})`),
  ),
}))

describe('a filter of observations', () => {
  it('gives the same by the database as in memory', async () => {
    const { db, rows, catalogue, seriesId } = await filled(5)
    await fc.assert(
      fc.asyncProperty(filter, async (text) => {
        const parsed = parseExpression(text)
        assert.ok(parsed.ok)
        const expression = parsed.value
        const condition = conditionOf(expression)
        assert.ok(condition, `not pushed down: ${text}`)
        const found = await observationPage(
          db,
          { series: [seriesId], during: null, condition, order: 'oldest', scanMax: 1000 },
          null,
        )
        const expected = rows.filter((row) => {
          const item = observationItem(catalogue, row)
          return (
            item && matches(expression, (path) => walk(catalogue, item, path, new Budget()), new Budget())
          )
        })
        assert.deepEqual(
          found.rows.map((row) => row.time),
          expected.map((row) => row.time),
          text,
        )
        // And by the whole way, where time is asked apart from the rest.
        const options = parseOptions(
          { $filter: text, $top: '1000', $orderby: 'phenomenonTime' },
          'Observations',
        )
        const page = await observationsPage({ catalogue, db }, [seriesId], options, new Budget())
        assert.deepEqual(
          page.items.map(({ id }) => id),
          expected.map((row) => `${seriesId}.${row.time}`),
          text,
        )
      }),
      { numRuns: 150 },
    )
  })

  it('reads only the chunks that its page needs', async () => {
    const { db, seriesId } = await filled(30)
    const chunksRead = async (
      query: Parameters<typeof pageStatement>[0],
      after: Parameters<typeof pageStatement>[1] = null,
    ) => {
      const { text, values } = pageStatement(query, after)
      const { rows } = await db.query<Record<string, string>>({
        text: `explain (analyze, costs off, timing off, summary off) ${text}`,
        values,
      })
      const lines = rows.map((row) => String(Object.values(row)[0]))
      // A chunk that was planned and not looked at says «never executed».
      return lines.filter(
        (line) => /_hyper_\d+_\d+_chunk/.test(line) && /Scan/.test(line) && !/never executed/.test(line),
      ).length
    }
    const query = { series: [seriesId], during: null, condition: null, order: 'newest', scanMax: 5 } as const
    const first = await chunksRead(query)
    assert.ok(first >= 1 && first <= 2, `${first} chunks`)
    assert.ok((await chunksRead(query, { seriesId, time: START + 10 * DAY })) <= 3)
    const during = {
      kind: 'and',
      of: [
        { kind: 'time', op: '>=', value: START + 3 * DAY },
        { kind: 'time', op: '<', value: START + 4 * DAY },
      ],
    } as const
    assert.ok((await chunksRead({ ...query, during, scanMax: 1000 })) <= 2)
  })

  it('over more datastreams than can be merged goes from one to the next, and each observation comes once', async () => {
    const { db } = await embeddedStore()
    const all: string[] = []
    for (let device = 0; device < 110; device++) {
      const row = await meter(db, `wm-${device}`)
      const rows = Array.from({ length: device % 4 }, (_, i) => row(START + i * DAY, i))
      if (rows.length > 0) await db.transaction((tx) => insertChecked(tx, rows))
      all.push(...rows.map(({ seriesId, time }) => `${seriesId}.${time}`))
    }
    const catalogue = new Catalogue(await Registry.load(db), db)
    await catalogue.refresh()
    const pagesOf = async (query: Record<string, string>) => {
      const seen: string[] = []
      for (let token: string | null = ''; token !== null; ) {
        const options = parseOptions(token === '' ? query : { ...query, $skiptoken: token }, 'Observations')
        const page = await observationsPage({ catalogue, db }, catalogue.seriesIds(), options, new Budget())
        assert.ok(page.items.length <= options.top)
        seen.push(...page.items.map(({ id }) => String(id)))
        token = page.next?.$skiptoken ?? null
      }
      return seen
    }
    for (const query of [
      { $top: '7' },
      { $top: '1000' },
      { $top: '7', $filter: 'result ge 0' },
      { $top: '7', $filter: 'length(resultQuality) gt 0' },
    ]) {
      const seen = await pagesOf(query)
      assert.deepEqual(
        [new Set(seen).size, seen.toSorted()],
        [seen.length, all.toSorted()],
        JSON.stringify(query),
      )
    }
    assert.equal((await pagesOf({ $filter: 'result eq 2' })).length, 27)
    await assert.rejects(pagesOf({ $orderby: 'phenomenonTime' }), /at most 100 datastreams/)

    // What takes too much for one answer ends early, and goes on.
    const things: string[] = []
    let query: Record<string, string> = {
      $top: '110',
      $expand: 'Datastreams($expand=Observations($count=true))',
    }
    let pages = 0
    for (; pages < 5; pages++) {
      const answering = { catalogue, db, base: 'http://x', budget: new Budget() }
      const answer = await answerTo(answering, 'Things', query)
      assert.ok(answer.kind === 'json')
      const body = answer.body as { value: { '@iot.id': string }[]; '@iot.nextLink'?: string }
      things.push(...body.value.map((thing) => thing['@iot.id']))
      const next = body['@iot.nextLink']
      if (next === undefined) break
      query = Object.fromEntries(new URL(next).searchParams)
    }
    assert.deepEqual([pages, things.length, new Set(things).size], [1, 110, 110])
  })
})
