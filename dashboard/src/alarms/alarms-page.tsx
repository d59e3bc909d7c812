import { useEffect } from 'preact/hooks'
import { mayAlarm } from '../header/nav.tsx'
import { route, setQuery } from '../state/route.ts'
import { signedIn } from '../state/sign-in.ts'
import { formatCount } from '../text/format.ts'
import { said } from './acting.ts'
import { ActionDialog } from './action-dialog.tsx'
import { requestOf } from './alarm-filter.ts'
import { AlarmFilterBar } from './alarm-filter-bar.tsx'
import { alarmFilters, alarmListing } from './alarm-listing.ts'
import { AlarmPanel } from './alarm-panel.tsx'
import { AlarmTable } from './alarm-table.tsx'
import { followPages, isLoadingMore, loaded, loadFault, loadMore } from './asked-pages.ts'
import { chooseNone } from './chosen.ts'
import { ChosenBar } from './chosen-bar.tsx'
import { SaidBar } from './said-bar.tsx'
import { SoundSwitch } from './sound-switch.tsx'
import { w } from './words.ts'
import './alarms.css'
import './alarms-phone.css'
import './alarm-panel.css'

/** What somebody should look at. */
export function AlarmsPage() {
  const who = signedIn.value
  if (who === null || who === 'asking') return null
  if (mayAlarm(who)) return <Page />
  return (
    <main class="alarms">
      <p class="card notice" data-testid="not-for-role">
        {w('page.notForRole', { role: who.role })}
      </p>
    </main>
  )
}

/** The panel then lies over the list, which must not take the focus behind it. As in layout.css. */
const COVERED = matchMedia('(max-width: 1100px)')

function Page() {
  const request = requestOf(alarmFilters.value)
  useEffect(() => followPages(request), [request])
  useEffect(
    () => () => {
      chooseNone()
      said.value = null
    },
    [],
  )
  const text = route.value.query.get('alarm') ?? ''
  const openId = /^\d{1,15}$/.test(text) ? Number(text) : null
  const open = (id: number | null): void => setQuery({ alarm: id === null ? null : String(id) })
  const { shown, unattended } = alarmListing.value
  return (
    <main class={openId === null ? 'alarms' : 'alarms alarms-with-panel'}>
      <section
        class="card list alarm-list"
        aria-labelledby="alarms-title"
        inert={openId !== null && COVERED.matches}
      >
        <AlarmFilterBar />
        <div class="alarm-bar">
          <h2 class="card-title" id="alarms-title">
            {w('page.title')}
          </h2>
          <span class="muted shown" data-testid="alarm-shown">
            {w('list.count', { shown: formatCount(shown.length), unattended: formatCount(unattended) })}
          </span>
          <ChosenBar shown={shown} />
          <SoundSwitch />
        </div>
        <AlarmTable openId={openId} open={open} />
        <Foot />
      </section>
      {openId !== null && <AlarmPanel id={openId} close={() => open(null)} open={open} />}
      <SaidBar />
      <ActionDialog />
    </main>
  )
}

const KEYS = [
  [['↑', '↓'], 'key.move'],
  [['Enter'], 'key.open'],
  [['Space', 'Shift+↓'], 'key.select'],
  [['Ctrl+A'], 'key.all'],
  [['A'], 'do.acknowledge'],
  [['U'], 'do.unacknowledge'],
  [['S'], 'do.shelve'],
  [['W'], 'do.unshelve'],
  [['C'], 'do.clear'],
  [['E'], 'do.edit'],
] as const

function Foot() {
  return (
    <div class="alarm-foot">
      {loadFault.value !== null && (
        <p class="error" role="alert">
          {w('list.failed', { detail: loadFault.value })}
        </p>
      )}
      {loaded.value.next !== null && (
        <button
          type="button"
          class="button"
          disabled={isLoadingMore.value}
          onClick={() => void loadMore()}
          data-testid="load-more"
        >
          {w(isLoadingMore.value ? 'list.loading' : 'list.more')}
        </button>
      )}
      <p class="alarm-keys muted small">
        {w('list.keys')}{' '}
        {KEYS.map(([keys, what]) => (
          <span class="alarm-key" key={what}>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}{' '}
            {w(what)}
          </span>
        ))}
      </p>
    </div>
  )
}
