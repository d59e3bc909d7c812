import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { nowMs } from '../state/clock.ts'
import { totals } from '../state/listing.ts'
import type { SignedIn } from '../state/sign-in.ts'
import { formatClock, formatCount, formatDay } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { Logo } from './logo.tsx'
import { Menu } from './menu.tsx'
import { Nav } from './nav.tsx'
import { StreamChip } from './stream-chip.tsx'

export function Header({ who }: { who: SignedIn }) {
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        Plumbline
      </h1>
      <Nav who={who} />
      <StreamChip />
      <StateCounts />
      <Clock />
      <Menu who={who} />
    </header>
  )
}

function StateCounts() {
  const { freshnesses, disconnected } = totals.value
  return (
    <ul class="counts" aria-label={t('header.counts')}>
      {FRESHNESSES.map((freshness) => (
        <li class={freshnesses[freshness] > 0 ? `count count-${freshness}` : 'count'} key={freshness}>
          <Mark freshness={freshness} />
          <b>{formatCount(freshnesses[freshness])}</b> {t(`state.${freshness}`)}
        </li>
      ))}
      <li class="count">
        <Mark freshness={null} ring />
        <b>{formatCount(disconnected)}</b> {t('session.disconnected')}
      </li>
    </ul>
  )
}

function Clock() {
  return (
    <p class="clock">
      <b>{formatClock(nowMs.value)}</b> {formatDay(nowMs.value)}
    </p>
  )
}
