import { computed, type Signal, useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { Chart } from '../curves/draw-chart.ts'
import { frameOf } from '../curves/frame.ts'
import { entityTypes, quantities, quantityName } from '../state/catalogue.ts'
import { nowMs, serverNowMs } from '../state/clock.ts'
import { route, setQuery } from '../state/route.ts'
import { formatMoment } from '../text/format.ts'
import { formatUnit } from '../text/units.ts'
import type { Alarm } from '../wire/alarm.ts'
import type { Entity } from '../wire/entity.ts'
import { AlarmList } from './alarm-list.tsx'
import { alarmBounds, alarmSpans } from './alarm-spans.ts'
import { chartLines } from './chart-lines.ts'
import { DataTable } from './data-table.tsx'
import { ExportBar } from './export-bar.tsx'
import { type ChartGroup, chartGroups, defaultKeys } from './quantities.ts'
import { QuantityPicker } from './quantity-picker.tsx'
import { whenText } from './read-out.ts'
import { UnitChart } from './unit-chart.tsx'
import { useAlarms } from './use-alarms.ts'
import { type Loaded, useCurves } from './use-curves.ts'
import { PRESET_MS, stillQuery, type View, viewOf, type Window, windowOf, zoomed } from './view.ts'
import { CompareChoice, WindowBar } from './window-bar.tsx'
import { w } from './words.ts'

interface Props {
  readonly entity: Entity
  readonly drawable: readonly string[]
}

/** The history of an entity's quantities. */
export function CurvesCard(props: Props) {
  const isKnown = quantities.value.size > 0 && entityTypes.value.size > 0
  return (
    <section class="card curves" aria-labelledby="curves-title" data-testid="curves">
      <h2 class="card-title" id="curves-title">
        {w('curves.title')}
      </h2>
      {!isKnown && <p class="muted">{w('curves.loading')}</p>}
      {isKnown && <Curves {...props} />}
    </section>
  )
}

function Curves({ entity, drawable }: Props) {
  const view = viewOf(route.value.query)
  const keys = (view.keys ?? defaultKeys(drawable)).filter((key) =>
    quantities.value.has(key.split('/')[0] ?? ''),
  )
  const { loaded, error, isLoading, again } = useCurves(entity, view, keys)
  const window = useWindow(view)
  const alarms = useAlarms(entity.id, view, window)
  const cursor = useSignal<number | null>(null)
  const charts = useRef(new Map<string, Chart>())
  const groups = chartGroups(keys)
  const shown = loaded.value
  const choose = (next: readonly string[]): void => setQuery({ quantities: next.join(',') })
  const resolution = shown?.resolution ?? 'raw'
  const frames = useFrames({ entity, drawable, groups, shown, window, alarms: alarms?.items ?? [] })
  const lines = useMemo(() => frames.flatMap((chart) => chart.lines), [frames])
  return (
    <>
      <WindowBar view={view} />
      <div class="what-bar">
        <QuantityPicker drawable={drawable} chosen={keys} choose={choose} />
        <CompareChoice view={view} />
      </div>
      <Status view={view} window={window} cursor={cursor} loaded={shown} isLoading={isLoading.value} />
      {error.value !== null && (
        <p class="error" role="alert">
          {w('curves.failed', { detail: error.value })}{' '}
          <button type="button" class="button" onClick={again}>
            {w('curves.again')}
          </button>
        </p>
      )}
      {keys.length === 0 && <p class="muted">{w('curves.choose')}</p>}
      {shown !== null &&
        frames.map(({ group, lines, frame }) => (
          <UnitChart
            key={group.id}
            group={group}
            title={titleOf(group)}
            lines={lines}
            frame={frame}
            resolution={resolution}
            cursor={cursor}
            select={({ fromS, toS }) => setQuery(stillQuery({ fromMs: fromS * 1_000, toMs: toS * 1_000 }))}
            zoom={(factor) => {
              const aroundMs = cursor.value === null ? null : cursor.value * 1_000
              setQuery(zoomed(view, factor, serverNowMs(), aroundMs))
            }}
            leaveOut={(key) => choose(keys.filter((other) => other !== key))}
            drawn={(chart) =>
              chart === null ? charts.current.delete(group.id) : charts.current.set(group.id, chart)
            }
          />
        ))}
      {alarms !== null && <AlarmList asked={alarms} />}
      {shown !== null && (
        <ExportBar
          entity={entity}
          window={window}
          resolution={resolution}
          keys={keys}
          isTable={view.isTable}
          pictures={() =>
            frames.flatMap(({ group, lines }) => {
              const chart = charts.current.get(group.id)
              return chart === undefined ? [] : [{ chart, lines, title: titleOf(group) }]
            })
          }
        />
      )}
      {shown !== null && view.isTable && <DataTable lines={lines} window={window} resolution={resolution} />}
    </>
  )
}

interface StatusProps {
  readonly view: View
  readonly window: Window
  readonly cursor: Signal<number | null>
  readonly loaded: Loaded | null
  readonly isLoading: boolean
}

/** The time at the cursor, or all that is shown; and how fine. */
function Status({ view, window, cursor, loaded, isLoading }: StatusProps) {
  const resolution = loaded?.resolution
  return (
    <p class="curves-status" data-testid="curves-status" data-resolution={resolution ?? ''}>
      <span class="curves-when">
        {cursor.value === null ? windowText(view, window) : whenText(cursor.value, resolution ?? 'raw')}
      </span>
      <span class="muted small">
        {resolution !== undefined && w(`resolution.${resolution}`)}
        {isLoading && ` · ${w('curves.loading')}`}
      </span>
    </p>
  )
}

/** A live window moves on by as much as an eye can see: a thousandth of itself. */
function useWindow(view: View): Window {
  const at = useMemo(() => {
    const stepMs = view.live === null ? Infinity : Math.max(1_000, PRESET_MS[view.live] / 1_000)
    return computed(() => (stepMs === Infinity ? 0 : Math.ceil(nowMs.value / stepMs) * stepMs))
  }, [view.live])
  const atMs = at.value
  return useMemo(() => windowOf(view, atMs), [view.live, view.still?.fromMs, view.still?.toMs, atMs])
}

interface Drawing {
  readonly entity: Entity
  readonly drawable: readonly string[]
  readonly groups: readonly ChartGroup[]
  readonly shown: Loaded | null
  readonly window: Window
  readonly alarms: readonly Alarm[]
}

/** Made anew only when something that is drawn changed. */
function useFrames({ entity, drawable, groups, shown, window, alarms }: Drawing) {
  const { type, intervalS } = entity
  const around = [groups, alarms].map((part) => JSON.stringify(part)).join()
  const silenceText = w('curves.silence')
  return useMemo(() => {
    if (shown === null) return []
    return groups.map((group) => {
      const lines = chartLines(type, group.keys, shown)
      const frame = frameOf(
        lines.flatMap(({ drawn }) => drawn),
        {
          window: { fromS: window.fromMs / 1_000, toS: window.toMs / 1_000 },
          intervalS,
          alarms: alarmSpans(alarms, group.keys, drawable, window.toMs),
          bounds: alarmBounds(alarms, group.keys),
          silenceText,
        },
      )
      return { group, lines, frame }
    })
  }, [shown, window, type, intervalS, around, silenceText])
}

/** The names once, whatever channels they have, and the unit. */
function titleOf({ keys, unit }: ChartGroup): string {
  const names = [...new Set(keys.map((key) => quantityName(key.split('/')[0] ?? key)))].join(', ')
  const written = formatUnit(unit)
  return written === '' ? names : `${names} (${written})`
}

function windowText({ live }: View, { fromMs, toMs }: Window): string {
  if (live !== null) return w('window.isLive', { span: w(`window.${live}`) })
  return `${formatMoment(fromMs)} – ${formatMoment(toMs)}`
}
