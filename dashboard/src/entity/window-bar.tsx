import { useSignal } from '@preact/signals'
import { OwnWindow } from '../own-window/own-window.tsx'
import { serverNowMs } from '../state/clock.ts'
import { setQuery } from '../state/route.ts'
import {
  backToLive,
  COMPARE_MS,
  type Compare,
  liveQuery,
  PRESETS,
  panned,
  stillQuery,
  type View,
  type Window,
  windowOf,
  zoomed,
} from './view.ts'
import { w } from './words.ts'

/** Which stretch of time is shown, and with what it is compared. */
export function WindowBar({ view }: { view: View }) {
  const isChoosing = useSignal(false)
  const zoom = (factor: 0.5 | 2) => setQuery(zoomed(view, factor, serverNowMs(), null))
  const pan = (direction: -1 | 1) => setQuery(panned(view, direction, serverNowMs()))
  return (
    <div class="window-bar">
      <fieldset class="window-presets" aria-label={w('window.label')}>
        {PRESETS.map((preset) => (
          <button
            type="button"
            class={view.live === preset ? 'chip chip-on' : 'chip'}
            key={preset}
            aria-pressed={view.live === preset}
            data-testid={`window-${preset}`}
            onClick={() => setQuery(liveQuery(preset))}
          >
            {w(`window.${preset}`)}
          </button>
        ))}
        <button
          type="button"
          class={view.still !== null ? 'chip chip-on' : 'chip'}
          aria-pressed={view.still !== null}
          aria-expanded={isChoosing.value}
          data-testid="window-own"
          onClick={() => {
            isChoosing.value = !isChoosing.value
          }}
        >
          {w('window.own')}
        </button>
      </fieldset>
      <fieldset class="window-moves" aria-label={w('window.moves')}>
        <Move label={w('window.earlier')} onClick={() => pan(-1)} text="◀" />
        <Move label={w('window.later')} onClick={() => pan(1)} text="▶" disabled={view.live !== null} />
        <Move label={w('window.zoomIn')} onClick={() => zoom(0.5)} text="+" />
        <Move label={w('window.zoomOut')} onClick={() => zoom(2)} text="−" />
        <button
          type="button"
          class="button"
          disabled={view.live !== null}
          data-testid="window-live"
          onClick={() => setQuery(backToLive(view, serverNowMs()))}
        >
          {w('window.toLive')}
        </button>
      </fieldset>
      {isChoosing.value && <OwnWindow shown={windowOf(view, serverNowMs())} choose={choose} />}
    </div>
  )
}

/** The same stretch of an earlier day beneath the curves. */
export function CompareChoice({ view }: { view: View }) {
  return (
    <label class="window-compare">
      <span>{w('compare.label')}</span>
      <select
        class="select"
        data-testid="compare"
        value={view.compare ?? ''}
        onChange={({ currentTarget }) => setQuery({ compare: currentTarget.value || null })}
      >
        <option value="">{w('compare.none')}</option>
        {(Object.keys(COMPARE_MS) as Compare[]).map((one) => (
          <option value={one} key={one}>
            {w(`compare.${one}`)}
          </option>
        ))}
      </select>
    </label>
  )
}

function Move(props: { label: string; text: string; onClick: () => void; disabled?: boolean }) {
  const { label, text, onClick, disabled = false } = props
  return (
    <button
      type="button"
      class="button move"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {text}
    </button>
  )
}

function choose({ fromMs, toMs }: Window): string | null {
  if (!(fromMs < toMs)) return w('window.wrong')
  setQuery(stillQuery({ fromMs, toMs }))
  return null
}
