import { useEffect } from 'preact/hooks'
import { mayAlarm } from '../header/nav.tsx'
import { errorText } from '../state/asked.ts'
import { addressOf, route } from '../state/route.ts'
import { signedIn } from '../state/sign-in.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import { MomentAlarms } from './moment-alarms.tsx'
import { MomentTable } from './moment-table.tsx'
import { loadAgain, phase, startPlayer, step } from './player.ts'
import { PlayerBar } from './player-bar.tsx'
import type { Recording } from './recording.ts'
import './replay.css'
import { ReplayMap } from './replay-map.tsx'
import { WindowBar } from './window-bar.tsx'
import { w } from './words.ts'

/** Any window of the past, step by step; never to be taken for the present. */
export function ReplayPage() {
  useEffect(startPlayer, [])
  const now = phase.value
  return (
    <main class="replay">
      <Banner recording={now.kind === 'shown' ? now.recording : null} />
      <WindowBar />
      {now.kind === 'loading' && (
        <p class="replay-note" role="status">
          {now.all === 0
            ? w('loadingFirst')
            : w('loading', { read: formatCount(now.read), all: formatCount(now.all) })}
        </p>
      )}
      {now.kind === 'failed' && (
        <div class="replay-note" role="alert">
          <p>
            {w('failed')} {errorText(now.error)}
          </p>
          <button type="button" class="button" onClick={loadAgain} data-testid="replay-again">
            {w('retry')}
          </button>
        </div>
      )}
      {now.kind === 'shown' && <Shown recording={now.recording} />}
    </main>
  )
}

function Shown({ recording }: { recording: Recording }) {
  const who = signedIn.value
  const withAlarms = typeof who === 'object' && who !== null && mayAlarm(who)
  return (
    <>
      <PlayerBar recording={recording} withAlarms={withAlarms} />
      <div class="replay-body">
        <div class="replay-column">
          <ReplayMap recording={recording} />
          {withAlarms && <MomentAlarms recording={recording} />}
        </div>
        <MomentTable recording={recording} />
      </div>
    </>
  )
}

function Banner({ recording }: { recording: Recording | null }) {
  return (
    <div class="replay-banner">
      <h1 class="replay-banner-text" data-testid="replay-banner" data-moment={route.value.query.get('at')}>
        {recording ? w('banner', { time: formatMoment(recording.timeOf(step.value)) }) : w('bannerLoading')}
      </h1>
      <a class="button" href={addressOf('overview')} data-testid="replay-live">
        {w('live')}
      </a>
    </div>
  )
}
