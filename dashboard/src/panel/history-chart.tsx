import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { entityTypes, quantityName } from '../state/catalogue.ts'
import { serverNowMs } from '../state/clock.ts'
import { language, theme } from '../state/preferences.ts'
import { formatHourMinute, formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import { RequestError } from '../wire/client.ts'
import type { Chart } from './draw-chart.ts'
import { HISTORY_MS, type History, loadHistory } from './history.ts'

const REFRESH_MS = 30_000
const INTERVAL_UNKNOWN_S = 60

interface Props {
  readonly entityId: string
  readonly type: string
  readonly quantity: string
  readonly unit: string
}

export function HistoryChart({ entityId, type, quantity, unit }: Props) {
  const history = useSignal<History | null>(null)
  const failure = useSignal<string | null>(null)
  const pointed = useSignal<{ timeMs: number; value: number } | null>(null)

  useEffect(() => {
    let gone = false
    const load = async (): Promise<void> => {
      const intervalS = entityTypes.value.get(type)?.intervalS ?? INTERVAL_UNKNOWN_S
      try {
        const loaded = await loadHistory({ entityId, quantity, toMs: serverNowMs(), intervalS })
        if (gone) return
        history.value = loaded
        failure.value = null
      } catch (error) {
        if (!gone) failure.value = error instanceof RequestError ? error.message : String(error)
      }
    }
    void load()
    const timer = setInterval(() => void load(), REFRESH_MS)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [entityId, quantity, type])

  const loaded = history.value
  const empty = loaded?.values.every((value) => value === null) === true
  return (
    <figure class="history">
      <figcaption class="history-caption">
        <b>{t('history.title', { name: quantityName(quantity) })}</b>
        <span class="muted small">{loaded !== null && t(`history.${loaded.resolution}`)}</span>
        <span class="history-point">
          {pointed.value !== null &&
            `${formatHourMinute(pointed.value.timeMs)}  ${formatValue(pointed.value.value)} ${formatUnit(unit)}`}
        </span>
      </figcaption>
      {failure.value !== null && <p class="error small">{t('history.failed', { detail: failure.value })}</p>}
      {loaded === null && failure.value === null && <p class="muted">{t('history.loading')}</p>}
      {empty && <p class="muted">{t(loaded.times.length === 0 ? 'history.empty' : 'history.noNumbers')}</p>}
      {loaded !== null && !empty && (
        <>
          <Curve history={loaded} point={(at) => (pointed.value = at)} />
          <p class="muted small">{summary(loaded, unit)}</p>
        </>
      )}
    </figure>
  )
}

function Curve({
  history,
  point,
}: {
  history: History
  point: (at: { timeMs: number; value: number } | null) => void
}) {
  const container = useRef<HTMLDivElement>(null)
  const chart = useRef<Chart | null>(null)
  const newest = useRef(history)
  newest.current = history

  useSignalEffect(() => {
    // Drawn anew with the theme's colours and the language's numbers.
    theme.value
    language.value
    let gone = false
    const element = container.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() =>
      chart.current?.resize(element.clientWidth, element.clientHeight),
    )
    void import('./draw-chart.ts').then(({ drawChart }) => {
      if (gone) return
      chart.current = drawChart({ container: element, spanMs: HISTORY_MS, point })
      chart.current.show(newest.current, serverNowMs())
      observer.observe(element)
    })
    return () => {
      gone = true
      observer.disconnect()
      chart.current?.close()
      chart.current = null
    }
  })
  useEffect(() => chart.current?.show(history, serverNowMs()), [history])
  return <div class="history-plot" ref={container} aria-hidden="true" />
}

/** The curve in words, for those who cannot see it. */
function summary(history: History, unit: string): string {
  const lows = history.low.filter((value) => value !== null)
  const highs = history.high.filter((value) => value !== null)
  const written = (value: number): string => `${formatValue(value)} ${formatUnit(unit)}`.trim()
  const range = t('history.range', { min: written(Math.min(...lows)), max: written(Math.max(...highs)) })
  return history.leftOut === 0
    ? range
    : `${range} · ${t('history.leftOut', { count: String(history.leftOut) })}`
}
