import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Alarm } from '../wire/alarm.ts'
import { type Deed, type Run, runOver, say, type With } from './acting.ts'
import { chooseNone } from './chosen.ts'

/** A deed that is under way over many alarms. `done` is called when it is over and nothing is left; it ends with the dialog. */
export function useRunning(deed: Deed, done: () => void) {
  const run = useSignal<Run | null>(null)
  const isStopped = useRef(false)
  const stop = (): void => {
    isStopped.current = true
  }
  useEffect(() => stop, [])
  const start = async (alarms: readonly Alarm[], body: With): Promise<void> => {
    isStopped.current = false
    run.value = { total: alarms.length, done: 0, failed: [], left: alarms, isOver: false }
    const result = await runOver(deed, alarms, body, (step) => {
      run.value = step
      return !isStopped.current
    })
    run.value = result
    if (result.failed.length > 0 || result.left.length > 0) return
    done()
    // The next key must not act on them once more.
    chooseNone()
    say(deed, alarms)
  }
  /** What failed, and what its turn did not come to. */
  const again = async (body: With): Promise<void> => {
    const { failed = [], left = [] } = run.value ?? {}
    await start([...failed.map(({ alarm }) => alarm), ...left], body)
  }
  return { run: run.value, isRunning: run.value !== null && !run.value.isOver, start, again, stop }
}
