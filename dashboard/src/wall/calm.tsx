import { mayAlarm } from '../header/nav.tsx'
import { nowMs } from '../state/clock.ts'
import { ready } from '../state/entities.ts'
import { signedIn } from '../state/sign-in.ts'
import { formatClock, formatCount, formatMoment } from '../text/format.ts'
import { domainCounts, lastHeardMs } from './scope.ts'
import { w } from './words.ts'

const OLD_MS = 300_000
const DAY_MS = 86_400_000

/** That nothing is wrong is said, not left to an empty list; and only if it is known. */
export function Calm() {
  const who = signedIn.value
  if (who !== null && who !== 'asking' && !mayAlarm(who))
    return <p class="wall-calm wall-calm-unknown">{w('calm.notForRole')}</p>
  if (!ready.value) return <p class="wall-calm wall-calm-unknown">{w('calm.waiting')}</p>
  const silent = [...domainCounts.value.values()].reduce((sum, counts) => sum + counts.silent, 0)
  const heardMs = lastHeardMs()
  const isOld = heardMs === null || nowMs.value - heardMs > OLD_MS
  const time =
    heardMs === null ? '' : nowMs.value - heardMs < DAY_MS ? formatClock(heardMs) : formatMoment(heardMs)
  const isKnown = silent === 0 && !isOld
  return (
    <div
      class={isKnown ? 'wall-calm wall-calm-known' : 'wall-calm wall-calm-unknown'}
      data-testid="wall-calm"
    >
      <p class="wall-calm-title">{w(isKnown ? 'calm.title' : 'calm.silentTitle')}</p>
      {isKnown && <p>{w('calm.none')}</p>}
      {silent > 0 && <p>{w('calm.silent', { count: formatCount(silent) })}</p>}
      <p>{heardMs === null ? w('calm.never') : w(isOld ? 'calm.old' : 'calm.last', { time })}</p>
    </div>
  )
}
