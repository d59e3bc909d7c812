import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { appended, type Curve, shifted } from '../curves/curve.ts'
import { loadCurves } from '../curves/load-curve.ts'
import { type Resolution, resolutionFor } from '../curves/resolution.ts'
import { errorText } from '../state/asked.ts'
import { serverNowMs } from '../state/clock.ts'
import { entities } from '../state/entities.ts'
import { streamState } from '../state/live.ts'
import { RequestError } from '../wire/client.ts'
import type { Entity } from '../wire/entity.ts'
import { COMPARE_MS, PRESET_MS, type View, windowOf } from './view.ts'

const DAY_MS = 24 * 3_600_000

export interface Loaded {
  readonly resolution: Resolution
  readonly curves: ReadonlyMap<string, Curve>
  /** Those of the day or week before, moved onto the window. */
  readonly earlier: ReadonlyMap<string, Curve>
}

export interface CurvesAsked {
  readonly loaded: Signal<Loaded | null>
  readonly error: Signal<string | null>
  readonly isLoading: Signal<boolean>
  readonly again: () => void
}

/** The curves of the view: asked for when the view changes, after the stream was lost and once a window, kept current from
 *  the stream in between. What was loaded stays in sight until the next is there. */
export function useCurves(entity: Entity, view: View, keys: readonly string[]): CurvesAsked {
  const loaded = useSignal<Loaded | null>(null)
  const error = useSignal<string | null>(null)
  const isLoading = useSignal(true)
  const loads = useLoads()
  const wanted = JSON.stringify([keys, view.live, view.still, view.compare])
  const version = loads.value
  const again = (): void => {
    loads.value++
  }

  useEffect(() => {
    let gone = false
    isLoading.value = true
    load(entity, view, keys)
      .then((next) => {
        if (gone) return
        loaded.value = view.live === null ? next : withNewest(next, entity.id, view)
        error.value = null
      })
      .catch((fault: unknown) => {
        if (!(fault instanceof RequestError)) throw fault
        if (!gone) error.value = errorText(fault)
      })
      .finally(() => {
        if (!gone) isLoading.value = false
      })
    // By then the day before runs out, and late data may have come.
    const timer = view.live === null ? undefined : setTimeout(again, Math.min(PRESET_MS[view.live], DAY_MS))
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [entity.id, wanted, version])

  useEffect(() => {
    if (loaded.value !== null && view.live !== null) loaded.value = withNewest(loaded.value, entity.id, view)
  }, [entity])
  return { loaded, error, isLoading, again }
}

async function load(entity: Entity, view: View, keys: readonly string[]): Promise<Loaded> {
  const nowMs = serverNowMs()
  const { fromMs, toMs } = windowOf(view, nowMs)
  const resolution = resolutionFor(toMs - fromMs, entity.intervalS)
  const query = { entityId: entity.id, resolution }
  if (keys.length === 0) return { resolution, curves: new Map(), earlier: new Map() }
  const byMs = view.compare === null ? 0 : COMPARE_MS[view.compare]
  // A live window moves on: the day before is there already for as long again.
  const laterMs = view.live === null ? 0 : toMs - fromMs
  const [curves, earlier] = await Promise.all([
    loadCurves({ ...query, fromMs, toMs }, keys),
    loadCurves(
      { ...query, fromMs: fromMs - byMs, toMs: Math.min(toMs - byMs + laterMs, nowMs) },
      byMs === 0 ? [] : keys,
    ),
  ])
  return {
    resolution: [...curves.values()][0]?.resolution ?? resolution,
    curves,
    earlier: new Map([...earlier].map(([key, curve]) => [key, shifted(curve, byMs / 1_000)])),
  }
}

/** With what the stream told since. */
function withNewest(loaded: Loaded, entityId: string, view: View): Loaded {
  const fromS = windowOf(view, serverNowMs()).fromMs / 1_000
  const entity = entities.get(entityId)
  const curves = [...loaded.curves].map(([key, curve]): [string, Curve] => {
    const follows = entity?.derived[key]
    const state = entity?.quantities[key] ?? (follows && { ...follows, quality: 'good' as const })
    return [key, state === undefined ? curve : appended(curve, state, fromS)]
  })
  const isSame = curves.every(([key, curve]) => curve === loaded.curves.get(key))
  return isSame ? loaded : { ...loaded, curves: new Map(curves) }
}

/** Rises when the stream came back: what it told meanwhile is not in the curves. */
function useLoads(): Signal<number> {
  const loads = useSignal(0)
  const wasLost = useRef(false)
  useSignalEffect(() => {
    const { state } = streamState.value
    if (state === 'live' && wasLost.current) loads.value = loads.peek() + 1
    wasLost.current = state === 'stale'
  })
  return loads
}
