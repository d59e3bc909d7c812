import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const run = promisify(execFile)
const guide = readFileSync(new URL('../../docs/inputs.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '')

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

it('every block of the guide to inputs does what it says, as it stands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-inputs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const script = blocks
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', platform.http)
    .replace('TOKEN=…', `TOKEN=${ADMIN_TOKEN}`)
  const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder })
  assert.doesNotMatch(stdout, /"status":[45]\d\d/, stdout)
  const items = async (path: string) =>
    (await platform.api<{ items: { [member: string]: unknown }[] }>('GET', path)).body.items
  const [then] = await items('/populations?area=24328&asOf=2026-01-31')
  assert.deepEqual([then?.value, then?.imported], [3, true])
  assert.deepEqual(
    (await items('/populations')).map(({ value }) => value),
    [8, 4, 12],
  )
  assert.equal((await items('/reported-connections')).length, 1)
  assert.deepEqual(
    (await items('/crosswalks?fromCode=22024')).map(({ weight }) => weight),
    ['0.4', '0.6'],
  )
  assert.ok((await items('/targets')).every(({ value }) => value !== '2'))
  assert.deepEqual(
    (await items('/comparators')).map(({ national }) => national),
    [false, true],
  )
})

it('the guide has the columns of every template', async () => {
  const documented = guide.split(/^##+ /m).flatMap((section) => {
    const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)]
    return rows.length === 0 ? [] : [rows.map(([, name = '', nameVi = '']) => [name, nameVi.trim()])]
  })
  const kinds = [
    'populations',
    'reported-connections',
    'reported-connections/sims',
    'crosswalks',
    'targets',
    'comparators',
  ]
  const headers = async (kind: string, lang: string) => {
    const { body } = await platform.api<string>('GET', `/${kind}/template?lang=${lang}`)
    return body.replace('\ufeff', '').split('\r\n')[0]?.split(',') ?? []
  }
  const templates = []
  for (const kind of kinds) {
    const [names, namesVi] = [await headers(kind, 'en'), await headers(kind, 'vi')]
    templates.push(names.map((name, i) => [name, namesVi[i]]))
  }
  expect(documented).toEqual(templates)
})
