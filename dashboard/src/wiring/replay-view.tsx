import { useSignal } from '@preact/signals'
import { attempt, errorText, useAsked } from '../state/asked.ts'
import { formatCount } from '../text/format.ts'
import { openRejections, type Replay, replay } from './replay.ts'
import { addressOf } from './route.ts'
import type { Items, Rejection } from './wire.ts'
import { w } from './words.ts'

/** Offers to send in again what was refused of a device, once the cause is mended. */
export function ReplayOpen({ device, code }: { device: string; code: string | null }) {
  const run = useSignal<Replay | null>(null)
  const fault = useSignal<string | null>(null)
  const query = `device=${encodeURIComponent(device)}${code === null ? '' : `&code=${code}`}`
  const { body, error } = useAsked<Items<Rejection>>(`/rejections?limit=200&${query}`).value
  const open = body?.items.filter(({ resolvedAt, replayable }) => resolvedAt === null && replayable) ?? []
  const start = async (): Promise<void> => {
    fault.value = await attempt(async () => {
      run.value = replay(await openRejections(device, code), () => {})
    })
  }
  if (run.value !== null) return <ReplayResult run={run.value} device={device} />
  if (error !== null) return <p class="error">{errorText(error)}</p>
  if (body === null) return null
  if (open.length === 0) return <p class="muted small">{w('replay.nothing')}</p>
  return (
    <div class="row-form">
      <button type="button" class="button button-main" onClick={() => void start()} data-testid="replay-open">
        {w('replay.open', { count: formatCount(open.length) })}
      </button>
      {fault.value !== null && <span class="error">{fault.value}</span>}
    </div>
  )
}

/** How far it is, and what came of it. */
export function ReplayResult({ run, device }: { run: Replay; device: string | null }) {
  const { total, done, mended, stored, refusedAgain, failed, running } = run.progress.value
  return (
    <div class="replay" role="status" data-testid="replay-result" data-running={running}>
      <progress max={total} value={done} aria-label={w('replay.progress')} />
      <span>
        {w('replay.result', {
          done: formatCount(done),
          total: formatCount(total),
          mended: formatCount(mended),
          stored: formatCount(stored),
        })}
        {refusedAgain > 0 && ` ${w('replay.again', { count: formatCount(refusedAgain) })}`}
        {failed > 0 && ` ${w('replay.failed', { count: formatCount(failed) })}`}
      </span>
      {running ? (
        <button type="button" class="button" onClick={() => run.stop()}>
          {w('replay.stop')}
        </button>
      ) : (
        refusedAgain > 0 &&
        device !== null && <a href={addressOf('rejections', device)}>{w('replay.look')}</a>
      )}
    </div>
  )
}
