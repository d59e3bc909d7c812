import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, it } from 'vitest'
import { dataflow } from '../../../../digital-twin/indicator/formats/dataflows.ts'
import { jsonStat } from '../../../../digital-twin/indicator/formats/json-stat.ts'
import { sdmxCsv } from '../../../../digital-twin/indicator/formats/sdmx-csv.ts'
import { sdmxJson } from '../../../../digital-twin/indicator/formats/sdmx-json.ts'
import { COLUMNS, tidyCsv } from '../../../../digital-twin/indicator/formats/tidy.ts'
import { hasCommand } from '../../../support/command.ts'
import { WORKED } from '../worked-case.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const text = readFileSync(join(ROOT, 'docs/outputs.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'plumbline-outputs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const flow = dataflow('DF_IOT')
const FILES = {
  'figures.csv': [...tidyCsv(WORKED.V2)].join(''),
  'sdmx.csv': [...sdmxCsv(WORKED.V2, { version: '2.0.0', flow })].join(''),
  'sdmx.json': sdmxJson(WORKED.V2, { flow }),
  'json-stat.json': jsonStat(WORKED.V2),
}
for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))

const blocks = [...text.matchAll(/^```(python|js)\n([\s\S]*?)^```\n```text\n([\s\S]*?)^```/gm)].map(
  ([, language = '', code = '', printed = '']) => ({ language, code, printed }),
)

describe('docs/outputs.md', () => {
  it('has an example for each form that is read by a program', () => assert.equal(blocks.length, 4))

  for (const [i, { language, code, printed }] of blocks.entries())
    it.skipIf(language === 'python' && !hasCommand('python3'))(
      `example ${i + 1}, in ${language}, prints what it says`,
      () => {
        const [command = '', ...options] =
          language === 'python' ? ['python3', '-'] : [process.execPath, '--input-type=module', '-']
        const env = { ...process.env, PYTHONIOENCODING: 'utf-8', NO_COLOR: '1' }
        const output = execFileSync(command, options, { cwd: folder, input: code, encoding: 'utf8', env })
        assert.equal(output.replaceAll('\r\n', '\n'), printed)
      },
    )

  it('counts the columns and attributes that there are', () => {
    assert.equal(COLUMNS.findIndex(({ name }) => name === 'as_of') + 1, 22)
    assert.match(text, /The first 22 columns/)
    const keys = COLUMNS.filter(({ isKey }) => isKey).map(({ name }) => name)
    const [, said = ''] = /The key is (.*)\./.exec(text) ?? []
    assert.deepEqual([...said.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(), keys.sort())
  })
})
