import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { it } from 'vitest'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const run = promisify(execFile)
const guide = readFileSync(new URL('../../docs/past.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '')

it('every block of the guide to the past does what it says, as it stands', async () => {
  const platform = await startPlatformProcess()
  const script = blocks
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', platform.http)
    .replace('TOKEN=…', `TOKEN=${ADMIN_TOKEN}`)
  assert.ok(!script.includes('…'), 'nothing is left to fill in')
  const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script])
  assert.doesNotMatch(stdout, /"status":[45]\d\d/, stdout)
  assert.match(stdout, /^past-1,past-1,\S+$/m)
  assert.doesNotMatch(stdout, /^past-2,/m, 'what has ended gets no secret')
  assert.deepEqual(
    [...stdout.matchAll(/"connections":(\d+)/g)].map(([, connections]) => Number(connections)),
    [1, 2],
    stdout,
  )
  assert.equal([...stdout.matchAll(/"finishedAt":"2/g)].length, 4)
})
