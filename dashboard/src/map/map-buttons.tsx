import { withoutNetworks } from '../state/overview.ts'
import { setQuery } from '../state/route.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Domain } from '../wire/entity.ts'
import type { MapView } from './map-view.ts'
import { w } from './words.ts'

interface Props {
  readonly view: { readonly current: MapView | null }
  /** How many lines there are of each domain that has any. */
  readonly networks: ReadonlyMap<Domain, number>
}

export function MapButtons({ view, networks }: Props) {
  return (
    <div class="map-buttons">
      <button
        type="button"
        class="map-button"
        aria-label={t('map.zoomIn')}
        onClick={() => view.current?.zoomBy(1)}
        data-testid="map-zoom-in"
      >
        +
      </button>
      <button
        type="button"
        class="map-button"
        aria-label={t('map.zoomOut')}
        onClick={() => view.current?.zoomBy(-1)}
      >
        −
      </button>
      <button
        type="button"
        class="map-button map-button-text"
        onClick={() => view.current?.showAll()}
        data-testid="map-whole"
      >
        {t('map.whole')}
      </button>
      {networks.size > 0 && <NetworkButtons networks={networks} />}
    </div>
  )
}

function NetworkButtons({ networks }: { networks: ReadonlyMap<Domain, number> }) {
  const without = withoutNetworks.value
  const toggle = (domain: Domain): void => {
    const next = without.has(domain) ? [...without].filter((one) => one !== domain) : [...without, domain]
    setQuery({ without: next.length === 0 ? null : next.sort().join(',') })
  }
  return (
    <fieldset class="map-networks" aria-label={w('networks')}>
      {[...networks].map(([domain, count]) => (
        <button
          type="button"
          class="map-button map-button-text"
          key={domain}
          aria-pressed={!without.has(domain)}
          title={w('lines', { count: formatCount(count) })}
          onClick={() => toggle(domain)}
          data-testid={`network-${domain}`}
          data-lines={count}
        >
          <svg
            class={`network-line network-${domain}`}
            viewBox="0 0 24 8"
            width="24"
            height="8"
            aria-hidden="true"
          >
            <path d="M1 4h22" />
          </svg>
          {w(domain)}
        </button>
      ))}
    </fieldset>
  )
}
