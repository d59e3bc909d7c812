import { useSignal } from '@preact/signals'
import { areaName, PROVINCE_CODE } from '../state/catalogue.ts'
import { language } from '../state/preferences.ts'
import { formatCount, formatDecimal } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Indicator } from '../wire/indicator.ts'
import { usePolled } from './poll.ts'

/** Closed at first; asks the server only once it is opened. */
export function CommuneRanking({ path }: { path: string }) {
  const open = useSignal(false)
  const polled = usePolled<{ items: readonly Indicator[] }>(path, {}, open.value).value
  return (
    <details class="ranking" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{t('indicator.communes')}</summary>
      {polled.at === 'waiting' && open.value && <p class="muted">{t('app.loading')}</p>}
      {polled.at === 'failed' && <p class="error">{t('indicator.failed')}</p>}
      {polled.at === 'loaded' && <Ranking items={polled.body.items} />}
    </details>
  )
}

function Ranking({ items }: { items: readonly Indicator[] }) {
  const ranked = items
    .filter((item) => item.area !== PROVINCE_CODE)
    .sort((a, b) => b.connections - a.connections)
  const most = Math.max(1, ranked[0]?.connections ?? 0)
  return (
    <ol class="ranking-list">
      {ranked.map((item) => (
        <li key={item.area}>
          <span class="ranking-name">{areaName(item.area, item.areaName?.[language.value])}</span>
          <span class="ranking-bar" style={{ width: `${(100 * item.connections) / most}%` }} />
          <b>{formatCount(item.connections)}</b>
          <span class="muted small">{item.perPerson === null ? '–' : formatDecimal(item.perPerson)}</span>
        </li>
      ))}
    </ol>
  )
}
