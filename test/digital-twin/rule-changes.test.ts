import assert from 'node:assert/strict'
import { it, onTestFinished, vi } from 'vitest'
import { NO_NEIGHBOURS } from '../../core/relation.ts'
import { DueLooks } from '../../digital-twin/alarms/due-looks.ts'
import { RuleChanges } from '../../digital-twin/alarms/rule-changes.ts'
import { RuleIndex } from '../../digital-twin/alarms/rule-index.ts'

it('what could not be worked out of a change is worked out later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const index = new RuleIndex(() => [])
  const active = new Set<string>()
  const faults: unknown[] = []
  let isBroken = false
  let told: (ids: readonly string[]) => void = () => {}
  const onChange = (tell: typeof told) => {
    told = tell
  }
  let refreshed = 0
  const refreshAreas = async () => {
    refreshed += 1
    if (isBroken) throw new Error('away')
  }
  const registry = {
    entity() {
      if (isBroken) throw new Error('broken')
      return undefined
    },
    *entities() {},
  }
  const changes = new RuleChanges({
    ...{ index, active, registry: registry as never },
    rules: { all: () => [], rule: () => null, areasAbove: () => [], refreshAreas, onChange },
    twins: { onChange() {} } as never,
    due: new DueLooks({ index, registry, neighbours: NO_NEIGHBOURS, twins: { dependants: () => [] } }),
    begin() {},
    clear: (key) => void active.delete(key),
    failed: (error) => faults.push(error),
  })
  changes.start()
  onTestFinished(() => changes.stop())
  active.add('rule/gone/a')
  isBroken = true
  told(['gone'])
  await vi.advanceTimersByTimeAsync(1000)
  assert.deepEqual([faults.length, active.size], [1, 1])
  isBroken = false
  await vi.advanceTimersByTimeAsync(10_000)
  assert.deepEqual([faults.length, active.size], [1, 0])
  await vi.advanceTimersByTimeAsync(60_000)
  assert.equal(refreshed, 2)
})
