import { formatCount } from '../text/format.ts'
import type { Run } from './acting.ts'
import { titleOf } from './sentence.ts'
import { w } from './words.ts'

const FAILED_MAX = 20

/** How far it is with many alarms, and which of them failed. */
export function RunReport({ run: { total, done, failed, isOver } }: { run: Run }) {
  const count = { done: formatCount(done), total: formatCount(total), failed: formatCount(failed.length) }
  return (
    <div class="ask-run">
      {!isOver && (
        <p>
          <progress value={done} max={total} aria-label={w('run.progress', count)} />{' '}
          {w('run.progress', count)}
        </p>
      )}
      <div role="alert">
        {isOver && done < total && <p>{w('run.stopped', count)}</p>}
        {failed.length > 0 && (
          <>
            <p class="error">{w('run.failed', count)}</p>
            <ul class="ask-failed" data-testid="ask-failed">
              {failed.slice(0, FAILED_MAX).map(({ alarm, why }) => (
                <li key={alarm.id}>
                  <b>{titleOf(alarm)}</b> {alarm.entity ?? alarm.device}: {why}
                </li>
              ))}
              {failed.length > FAILED_MAX && (
                <li>{w('ask.others', { count: formatCount(failed.length - FAILED_MAX) })}</li>
              )}
            </ul>
          </>
        )}
      </div>
    </div>
  )
}
