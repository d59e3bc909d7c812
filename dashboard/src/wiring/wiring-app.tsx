import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Logo } from '../header/logo.tsx'
import { LanguageSwitch, ThemeSwitch } from '../header/switches.tsx'
import { SyntheticBanner } from '../header/synthetic-banner.tsx'
import { SignInScreen } from '../sign-in/sign-in-screen.tsx'
import { loadCatalogue } from '../state/catalogue.ts'
import { mayWire, type SignedIn, signedIn, signOut } from '../state/sign-in.ts'
import { t } from '../text/messages.ts'
import { AddDevice } from './add-device.tsx'
import { AlarmBadge } from './alarm-badge.tsx'
import { forgetSecrets } from './credentials.ts'
import { DeviceBench } from './device-bench.tsx'
import { DeviceList } from './device-list.tsx'
import { RefusedTab } from './refused.tsx'
import { RejectionsTab } from './rejections.tsx'
import { addressOf, route, TABS } from './route.ts'
import { TryTab } from './try-tab.tsx'
import { w } from './words.ts'

export function WiringApp() {
  const who = signedIn.value
  useSignalEffect(() => {
    document.title = `Plumbline · ${w('page.title')}`
  })
  if (who === 'asking') return <p class="asking">{t('app.loading')}</p>
  if (who === null) return <SignInScreen />
  return <Page who={who} />
}

function Page({ who }: { who: SignedIn }) {
  useEffect(() => {
    loadCatalogue({ withMap: false })
    return forgetSecrets
  }, [])
  return (
    <div class="wiring-page">
      <WiringHeader who={who} />
      {who.synthetic && <SyntheticBanner />}
      {mayWire(who) ? (
        <>
          <Tabs />
          <main class="bench" data-testid="bench" data-tab={route.value.tab}>
            <TabBody />
          </main>
        </>
      ) : (
        <main class="bench">
          <p class="card notice" data-testid="not-for-role">
            {w('page.notForRole', { role: who.role })}
          </p>
        </main>
      )}
    </div>
  )
}

function WiringHeader({ who }: { who: SignedIn }) {
  return (
    <header class="header">
      <h1 class="brand">
        <Logo />
        {w('page.title')}
      </h1>
      <div class="header-tools header-tools-end">
        <a class="button to-operators" href="/">
          <span>
            {w('page.operators')} {mayWire(who) && <AlarmBadge />}
          </span>
        </a>
        <LanguageSwitch />
        <ThemeSwitch />
        <button
          type="button"
          class="button"
          onClick={() => void signOut()}
          title={`${who.name} (${who.role})`}
        >
          {t('header.signOut')}
        </button>
      </div>
    </header>
  )
}

function Tabs() {
  const { tab } = route.value
  const current = tab === 'add' ? 'devices' : tab
  return (
    <nav class="tabs" aria-label={w('page.tabs')}>
      {TABS.map((name) => (
        <a
          key={name}
          class="tab"
          href={addressOf(name)}
          aria-current={name === current ? 'page' : undefined}
          data-testid={`tab-${name}`}
        >
          {w(`tab.${name}`)}
        </a>
      ))}
    </nav>
  )
}

function TabBody() {
  const { tab, id } = route.value
  if (tab === 'add') return <AddDevice />
  if (tab === 'try') return <TryTab />
  if (tab === 'rejections') return <RejectionsTab />
  if (tab === 'refused') return <RefusedTab />
  return id === null ? <DeviceList /> : <DeviceBench id={id} key={id} />
}
