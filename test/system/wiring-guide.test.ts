import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { it } from 'vitest'
import { startPlatformProcess } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

const run = promisify(execFile)
const guide = readFileSync(new URL('../../docs/wiring.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '')

it('every block of the wiring guide does what it says, as it stands', async () => {
  const platform = await startPlatformProcess()
  const script = blocks
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', platform.http)
    .replaceAll('-p 1883', `-p ${platform.mqttPort}`)
    .replace('TOKEN=…', `TOKEN=${ADMIN_TOKEN}`)
  assert.ok(!script.includes('…'), 'nothing is left to fill in')
  const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script])
  assert.doesNotMatch(stdout, /"status":[45]\d\d/, stdout)
  const found = async (entity: string, quantity: string) => {
    const { body } = await platform.api<{ quantities: Record<string, { value: number }> }>(
      'GET',
      `/entities/${entity}`,
    )
    return body.quantities?.[quantity]?.value
  }
  const live: [entity: string, quantity: string, value: number][] = [
    ['wm-1', 'water-volume', 1234.5],
    ['gauge-1', 'water-level', 2],
    ['gauge-1', 'signal-strength', -97],
    ['gauge-2', 'water-level', 2],
    ['plug-1', 'active-energy', 12.5],
    ['z2m.roof-sensor', 'temperature', 31.2],
    ['node-1', 'temperature', 29.4],
    ['plant.pump-3', 'active-power', 1.5],
  ]
  for (const [entity, quantity, value] of live)
    assert.equal(await found(entity, quantity), value, `${entity} ${quantity}`)
  assert.match(stdout, /"verdict":"[^"]*3 readings would be stored|"verdict":"1 reading would be stored/)
  assert.match(stdout, /wm-102,wm-102,/)
  assert.match(stdout, /"id":"pilot-7"/)
})
