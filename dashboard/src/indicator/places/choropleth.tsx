import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { areaName, communes } from '../../state/catalogue.ts'
import { language, theme } from '../../state/preferences.ts'
import { formatDecimal } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import type { Ranked } from '../wire.ts'
import type { ChoroplethMap, Pointed } from './choropleth-map.ts'
import { colourOf, type Shades } from './shades.ts'
import { w } from './words.ts'

interface Props {
  readonly items: readonly Ranked[]
  readonly shades: Shades
  /** Null: the province as a whole. */
  readonly chosen: string | null
  choose(code: string): void
}

/** Where the figure is high and where low; the ranking beside it says the same in numbers. */
export function Choropleth(props: Props) {
  const container = useRef<HTMLDivElement>(null)
  const phase = useSignal<'loading' | 'shown' | 'failed'>('loading')
  const pointed = useSignal<Pointed | null>(null)
  const map = useRef<ChoroplethMap | null>(null)
  const newest = useRef(props)
  newest.current = props
  const { items, shades, chosen } = props
  const areas = communes.value
  // Nothing is known yet, or no figure is of an area that is drawn.
  const hasShapes =
    shades.shadeOf.size === 0 ||
    (areas?.features.some(({ properties: { code } }) => shades.shadeOf.has(code)) ?? true)

  useEffect(() => {
    let gone = false
    const open = async (): Promise<void> => {
      const { openChoropleth } = await import('./choropleth-map.ts')
      if (gone || container.current === null) return
      const opened = await openChoropleth({
        container: container.current,
        cooperative: matchMedia('(max-width: 760px)').matches,
        locale: {
          'Map.Title': w('map.title'),
          'CooperativeGesturesHandler.WindowsHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MacHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MobileHelpText': t('map.touchHelp'),
        },
        hover: (at) => {
          pointed.value = at
        },
        choose: (code) => newest.current.choose(code),
      })
      if (gone) return opened.close()
      map.current = opened
      phase.value = 'shown'
    }
    open().catch(() => {
      phase.value = 'failed'
    })
    return () => {
      gone = true
      map.current?.close()
      map.current = null
      phase.value = 'loading'
    }
    // Drawn anew with the theme's colours and the language's names.
  }, [theme.value, language.value])
  useEffect(() => {
    if (areas !== null && phase.value === 'shown')
      map.current?.show(areas, shades, (code) => areaName(code) ?? code)
  }, [areas, shades, phase.value])
  useEffect(() => map.current?.mark(chosen), [chosen, phase.value])

  return (
    <section
      class="card choropleth"
      aria-label={w('map.label')}
      data-testid="choropleth"
      data-state={phase.value}
    >
      <div class="choropleth-canvas">
        <div class="choropleth-map" ref={container} />
        {phase.value !== 'shown' && (
          <p class="choropleth-note">{w(phase.value === 'failed' ? 'map.failed' : 'map.loading')}</p>
        )}
        {!hasShapes && <p class="choropleth-note choropleth-hidden">{w('map.noShapes')}</p>}
        <Tip pointed={pointed.value} items={items} />
      </div>
      <Legend shades={shades} />
    </section>
  )
}

/** Only a help for the eye: the same stands in the table. */
function Tip({ pointed, items }: { pointed: Pointed | null; items: readonly Ranked[] }) {
  if (pointed === null) return null
  const item = items.find(({ area }) => area === pointed.code)
  return (
    <p class="choropleth-tip" style={{ left: `${pointed.x}px`, top: `${pointed.y}px` }} aria-hidden="true">
      <b>{areaName(pointed.code)}</b>
      <span>
        {item?.perPerson != null
          ? formatDecimal(item.perPerson)
          : w(item?.status === 'Q' ? 'legend.withheld' : 'legend.missing')}
      </span>
    </p>
  )
}

function Legend({ shades: { classes, shadeOf } }: { shades: Shades }) {
  const count = (shade: 'withheld' | 'missing'): number =>
    [...shadeOf.values()].filter((other) => other === shade).length
  return (
    <figure class="shade-legend" aria-labelledby="shade-legend-title" data-testid="shade-legend">
      <figcaption id="shade-legend-title" class="small">
        {w('legend.title')}
      </figcaption>
      <ol class="shade-classes">
        {classes.map(({ low, high, count }, at) => (
          <li key={high}>
            <span class={`shade shade-${colourOf(at, classes.length)}`} aria-hidden="true" />
            <span class="shade-bounds">
              {low === high
                ? formatDecimal(low)
                : w('legend.class', { low: formatDecimal(low), high: formatDecimal(high) })}
            </span>
            <span class="muted small">{w('legend.count', { count: String(count) })}</span>
          </li>
        ))}
        {(['withheld', 'missing'] as const).map((shade) =>
          count(shade) === 0 ? null : (
            <li key={shade}>
              <span class={`shade shade-${shade}`} aria-hidden="true" />
              <span class="shade-bounds">{w(`legend.${shade}`)}</span>
              <span class="muted small">{w('legend.count', { count: String(count(shade)) })}</span>
            </li>
          ),
        )}
      </ol>
    </figure>
  )
}
