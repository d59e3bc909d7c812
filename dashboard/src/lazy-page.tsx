import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { PageName } from './state/route.ts'
import { t } from './text/messages.ts'

/** Each page is a file of its own: whoever looks at the overview does not wait for the others. */
const LOADERS: Readonly<Record<Exclude<PageName, 'overview'>, () => Promise<ComponentType>>> = {
  alarms: async () => (await import('./alarms/alarms-page.tsx')).AlarmsPage,
  rules: async () => (await import('./rules/rules-page.tsx')).RulesPage,
  entities: async () => (await import('./entity/entity-page.tsx')).EntityPage,
  replay: async () => (await import('./replay/replay-page.tsx')).ReplayPage,
  indicator: async () => (await import('./indicator/indicator-page.tsx')).IndicatorPage,
  inputs: async () => (await import('./inputs/inputs-page.tsx')).InputsPage,
  wall: async () => (await import('./wall/wall-page.tsx')).WallPage,
  system: async () => (await import('./system/system-page.tsx')).SystemPage,
}

export function LazyPage({ page }: { page: Exclude<PageName, 'overview'> }) {
  const loaded = useSignal<{ readonly Body: ComponentType } | 'loading' | 'failed'>('loading')
  useEffect(() => {
    LOADERS[page]().then(
      (Body) => {
        loaded.value = { Body }
      },
      () => {
        loaded.value = 'failed'
      },
    )
  }, [])
  if (loaded.value === 'loading') return <p class="asking">{t('app.loading')}</p>
  if (loaded.value !== 'failed') return <loaded.value.Body />
  return (
    <div class="asking" role="alert">
      <p>{t('nav.failed')}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {t('nav.reload')}
      </button>
    </div>
  )
}
