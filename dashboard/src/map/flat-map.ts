import { MapLibreMap, type MapOptions, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

setWorkerUrl(workerUrl)

export interface FlatMapOptions {
  readonly container: HTMLElement
  /** On a phone one finger scrolls the page and two move the map. */
  readonly cooperative: boolean
  readonly locale: Record<string, string>
}

/** A map of the province that is never turned or tilted. Throws if the browser cannot draw it (no WebGL). */
export function openFlatMap(
  { container, cooperative, locale }: FlatMapOptions,
  view: Pick<MapOptions, 'style' | 'zoom' | 'minZoom' | 'maxZoom'>,
): MapLibreMap {
  const map = new MapLibreMap({
    ...view,
    container,
    locale,
    center: [108.4, 12.9],
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // Without fading a change is drawn once instead of for 300 ms: wall screens often have no graphics card.
    fadeDuration: 0,
    cooperativeGestures: cooperative,
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  return map
}
