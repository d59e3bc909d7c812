import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { believed, type Curve, nearest } from '../curves/curve.ts'
import type { Stroke } from '../curves/draw-chart.ts'
import { type DrawnLine, type Frame, frameOf } from '../curves/frame.ts'
import { loadCurves } from '../curves/load-curve.ts'
import { resolutionFor } from '../curves/resolution.ts'
import { useChart } from '../curves/use-chart.ts'
import { plausibleOf, quantities, quantityName } from '../state/catalogue.ts'
import { serverNowMs } from '../state/clock.ts'
import { formatHourMinute, formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import { RequestError } from '../wire/client.ts'
import type { Entity } from '../wire/entity.ts'

const HISTORY_MS = 24 * 3_600_000
const REFRESH_MS = 30_000

interface Props {
  readonly entity: Entity
  readonly quantity: string
  readonly unit: string
}

interface Loaded {
  readonly curve: Curve
  /** Null: there are no numbers to draw. */
  readonly frame: Frame | null
}

const STROKES: readonly Stroke[] = [{ colour: 'curve', label: null, isStepped: false, isEarlier: false }]

/** The last 24 hours of one quantity. */
export function HistoryChart({ entity, quantity, unit }: Props) {
  const { id, type, intervalS } = entity
  const history = useSignal<Loaded | null>(null)
  const failure = useSignal<string | null>(null)
  const pointedS = useSignal<number | null>(null)

  useEffect(() => {
    let gone = false
    const load = async (): Promise<void> => {
      const toMs = serverNowMs()
      const query = { entityId: id, fromMs: toMs - HISTORY_MS, toMs }
      try {
        const resolution = resolutionFor(HISTORY_MS, intervalS)
        const [found] = (await loadCurves({ ...query, resolution }, [quantity])).values()
        if (gone || found === undefined) return
        const plausible = plausibleOf(type, quantity)
        const curve = believed(found, plausible)
        history.value = { curve, frame: frameFor({ curve, plausible, isEarlier: false }, intervalS, toMs) }
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
  }, [id, quantity, type, intervalS])

  const loaded = history.value
  return (
    <figure class="history">
      <figcaption class="history-caption">
        <b>{t('history.title', { name: quantityName(quantity) })}</b>
        <span class="muted small">
          {loaded !== null && t(loaded.curve.resolution === 'raw' ? 'history.raw' : 'history.1m')}
        </span>
        <span class="history-point">{pointText(loaded?.curve, pointedS.value, unit)}</span>
      </figcaption>
      {failure.value !== null && <p class="error small">{t('history.failed', { detail: failure.value })}</p>}
      {loaded === null && failure.value === null && <p class="muted">{t('history.loading')}</p>}
      {loaded?.frame === null && (
        <p class="muted">{t(isTold(quantity) ? 'history.noNumbers' : 'history.empty')}</p>
      )}
      {loaded !== null && loaded.frame !== null && (
        <>
          <Plot frame={loaded.frame} pointed={(timeS) => (pointedS.value = timeS)} />
          <p class="muted small">{summary(loaded.curve, unit)}</p>
        </>
      )}
    </figure>
  )
}

function Plot({ frame, pointed }: { frame: Frame; pointed: (timeS: number | null) => void }) {
  const container = useRef<HTMLDivElement>(null)
  useChart({ container, strokes: STROKES, frame, pointed })
  return <div class="history-plot" ref={container} aria-hidden="true" />
}

function frameFor(line: DrawnLine, intervalS: number, toMs: number): Frame | null {
  return frameOf([line], {
    intervalS,
    window: { fromS: (toMs - HISTORY_MS) / 1_000, toS: toMs / 1_000 },
    alarms: [],
    bounds: [],
    silenceText: '',
  })
}

/** A state told in words has no numbers. */
const isTold = (key: string): boolean => quantities.value.get(key.split('/')[0] ?? key)?.kind === 'state'

function pointText(curve: Curve | undefined, timeS: number | null, unit: string): string {
  const point = curve === undefined || timeS === null ? null : nearest(curve, timeS)
  return point === null
    ? ''
    : `${formatHourMinute(point.timeS * 1_000)}  ${formatValue(point.value)} ${formatUnit(unit)}`
}

/** The curve in words, for those who cannot see it. */
function summary({ points, doubtful }: Curve, unit: string): string {
  const written = (value: number): string => `${formatValue(value)} ${formatUnit(unit)}`.trim()
  const range = t('history.range', {
    min: written(Math.min(...points.map(({ low }) => low))),
    max: written(Math.max(...points.map(({ high }) => high))),
  })
  return doubtful.length === 0
    ? range
    : `${range} · ${t('history.leftOut', { count: String(doubtful.length) })}`
}
