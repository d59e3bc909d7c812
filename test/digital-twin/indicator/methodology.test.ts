import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import {
  CLASSES,
  CONF_STATUSES,
  COVERAGES,
  OBS_STATUSES,
  RULES,
} from '../../../digital-twin/indicator/codes.ts'
import {
  METHOD_SECTIONS,
  METHOD_VERSION,
  METHODS,
  WINDOW_DAYS,
} from '../../../digital-twin/indicator/method.ts'
import { embeddedStore } from '../../support/data-folder.ts'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const DOCUMENTS = { vi: read('docs/methodology.md'), en: read('docs/methodology.en.md') } as const
const LANGS = ['vi', 'en'] as const

/** By number: heading and text. */
function sectionsOf(text: string): Map<number, { title: string; text: string }> {
  const parts = text.split(/^## §/m).slice(1)
  return new Map(
    parts.map((part) => {
      const [, number = '', title = ''] = /^(\d+) (.*)$/m.exec(part) ?? []
      return [Number(number), { title, text: part }]
    }),
  )
}

const sections = { vi: sectionsOf(DOCUMENTS.vi), en: sectionsOf(DOCUMENTS.en) }

describe('the methodology', () => {
  it('has the same sections in both languages and in the text that outputs carry, each with its anchor', () => {
    for (const lang of LANGS) {
      assert.deepEqual(
        [...sections[lang]].map(([number, { title }]) => [number, title]),
        METHOD_SECTIONS.map(({ title }, at) => [at + 1, title[lang]]),
      )
      for (const number of sections[lang].keys())
        assert.ok(DOCUMENTS[lang].includes(`<a id="s${number}"></a>\n## §${number} `), `${lang} §${number}`)
    }
  })

  it('says the version of the method in force, and every one before it', () => {
    assert.equal(METHODS.at(-1)?.version, METHOD_VERSION)
    assert.equal(METHODS.at(-1)?.windowDays, WINDOW_DAYS)
    for (const lang of LANGS) {
      assert.ok(DOCUMENTS[lang].includes(`**${METHOD_VERSION}**`), lang)
      for (const { version, windowDays, k, decimals, changes } of METHODS)
        assert.match(
          DOCUMENTS[lang],
          new RegExp(
            `\\| ${version} \\|[^|]+\\| ${windowDays} [^|]+\\| ${k} \\| ${decimals} \\| ${changes[lang]} \\|`,
          ),
        )
    }
  })

  it('explains every rule, class, coverage and status that figures have, and no other', () => {
    const codes = [
      [5, RULES],
      [2, CLASSES.filter(({ id }) => !id.startsWith('_'))],
    ] as const
    for (const lang of LANGS) {
      const of = (number: number) => sections[lang].get(number)?.text ?? ''
      const listed = (number: number, column: RegExp) =>
        [...of(number).matchAll(column)].map(([, code = '']) => code)
      for (const [number, list] of codes)
        assert.deepEqual(
          listed(number, /^\| ([A-Z_]{3,}) \|/gm).sort(),
          list.map(({ id }) => id).sort(),
          `${lang} §${number}`,
        )
      assert.deepEqual(
        listed(9, /^\| \d \| ([A-Z]) \|/gm).sort(),
        OBS_STATUSES.map(({ id }) => id).sort(),
        lang,
      )
      for (const { id } of CONF_STATUSES) assert.match(of(9), new RegExp(`CL_CONF_STATUS\\).*\\b${id} `), id)
      for (const { id } of COVERAGES) assert.ok(of(9).includes(id), id)
      for (const code of ['R-SIM', 'R-DECLARED']) assert.ok(of(5).includes(`| ${code} |`), code)
    }
  })

  it('has every section that code cites', () => {
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.sql'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    const cited = files
      .trim()
      .split('\n')
      .filter((path) => existsSync(new URL(path, ROOT)))
      .flatMap((path) =>
        [...read(path).matchAll(/methodology(?:\.en)?\.md §(\d+)/g)].map(([, number]) => [path, number]),
      )
    assert.ok(cited.length > 0)
    for (const [path, number] of cited)
      for (const lang of LANGS) assert.ok(sections[lang].has(Number(number)), `${path} cites §${number}`)
  })

  it('points at tests that are there', () => {
    for (const lang of LANGS) {
      const named = [...DOCUMENTS[lang].matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path)
      assert.ok(named.length > 0)
      for (const path of named) assert.ok(existsSync(new URL(path, ROOT)), path)
    }
  })

  it('counts the worked case by the statement it gives to whoever does not trust the code', async () => {
    const [vi = '', en = ''] = LANGS.map((lang) => /```sql\n([\s\S]*?)```/.exec(DOCUMENTS[lang])?.[1])
    assert.equal(vi, en)
    const { db } = await embeddedStore()
    await db.query({ text: `insert into entity (id, type, created_at) values ('e', 'water-meter', now())` })
    await db.query({
      text: `insert into device (id, entity_id, type, role, is_test, secret_hash, valid_from, recorded_at, retired_at, retired_recorded_at)
             select id, 'e', 'water-meter', case when id like 'G%' then 'gateway' else 'end-device' end, id = 'D7', '',
               '2025-01-01', '2025-01-01', case id when 'D8' then timestamptz '2025-12-20' end, case id when 'D8' then timestamptz '2025-12-20' end
             from unnest(array['D1','D2','D3','D4','D5','D6','D7','D8','D9','D10','D11','G1','G2','G3']) id`,
    })
    await db.query({
      text: `insert into activity_day (device_id, local_date, first_received_at) values
             ('D1', '2025-12-20', '2025-12-20T02:00:00Z'), ('D2', '2025-10-03', '2025-10-03T02:00:00Z'),
             ('D3', '2025-10-02', '2025-10-02T16:59:59Z'), ('D4', '2025-12-20', '2025-12-20T02:00:00Z'),
             ('D5', '2025-12-30', '2026-01-20T02:00:00Z'), ('D6', '2025-12-20', '2025-12-20T02:00:00Z'),
             ('D7', '2025-12-20', '2025-12-20T02:00:00Z'), ('D8', '2025-12-01', '2025-12-01T02:00:00Z'),
             ('D10', '2025-12-20', '2025-12-20T02:00:00Z'), ('D11', '2025-12-20', '2025-12-20T02:00:00Z'),
             ('G1', '2025-12-20', '2025-12-20T02:00:00Z')`,
    })
    const counted = async (text: string) =>
      (await db.query<{ connections: number }>({ text })).rows[0]?.connections
    assert.equal(await counted(vi), 7)
    assert.equal(await counted(vi.replaceAll('2026-02-15', '2026-01-15')), 6)
  })
})
