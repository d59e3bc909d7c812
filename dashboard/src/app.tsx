import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { soundAlarms } from './alarms/sound.ts'
import { Header } from './header/header.tsx'
import { StaleNote } from './header/stream-chip.tsx'
import { SyntheticBanner } from './header/synthetic-banner.tsx'
import { LazyPage } from './lazy-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { SignInScreen } from './sign-in/sign-in-screen.tsx'
import { loadCatalogue } from './state/catalogue.ts'
import { ready } from './state/entities.ts'
import { goLive } from './state/live.ts'
import { route } from './state/route.ts'
import { type SignedIn, signedIn } from './state/sign-in.ts'
import { t } from './text/messages.ts'

export function App() {
  const who = signedIn.value
  if (who === 'asking') return <p class="asking">{t('app.loading')}</p>
  if (who === null) return <SignInScreen />
  return <Dashboard who={who} />
}

function Dashboard({ who }: { who: SignedIn }) {
  useEffect(() => {
    loadCatalogue({ withMap: true })
    return goLive()
  }, [])
  useEffect(soundAlarms, [])
  useSignalEffect(() => {
    if (ready.value) document.body.dataset.ready = 'true'
    else delete document.body.dataset.ready
  })
  const { page, id } = route.value
  useSignalEffect(() => {
    const { page, id } = route.value
    document.title = page === 'overview' ? 'Plumbline' : `Plumbline · ${id ?? t(`nav.${page}`)}`
  })
  return (
    <div class={`page page-${page}`}>
      <button type="button" class="button skip" onClick={skipToMain}>
        {t('nav.skip')}
      </button>
      <Header who={who} />
      {who.synthetic && <SyntheticBanner />}
      <StaleNote />
      {page === 'overview' ? <OverviewPage /> : <LazyPage page={page} key={`${page} ${id}`} />}
    </div>
  )
}

/** Past the header, for who has no pointer. */
function skipToMain(): void {
  const main = document.querySelector('main')
  if (main === null) return
  main.tabIndex = -1
  main.focus()
}
