import { GeoJSONSource, type MapGeoJSONFeature, type MapLibreMap, type MapMouseEvent } from 'maplibre-gl'

/** What the pointer is on, and where. */
export interface Spot {
  readonly kind: 'entity' | 'area' | 'cluster'
  readonly id: string
  /** Of a cluster: how many, place of the worst state, code of the worst alarm. */
  readonly cluster: { readonly count: number; readonly standing: number; readonly alarm: number } | null
  /** Pixels in the map. */
  readonly x: number
  readonly y: number
  /** Which half of the map it is in, so that a note beside it can stay inside. */
  readonly onRight: boolean
  readonly onFoot: boolean
}

export interface PointerListener {
  hover(spot: Spot | null): void
  choose(spot: Spot | null): void
}

const HIT_MOUSE_PX = 6
const HIT_TOUCH_PX = 14

export function followPointer(map: MapLibreMap, { hover, choose }: PointerListener): void {
  let hovered: string | null = null
  const setHovered = (code: string | null): void => {
    if (code === hovered) return
    if (hovered !== null) map.setFeatureState({ source: 'areas', id: hovered }, { hover: false })
    if (code !== null) map.setFeatureState({ source: 'areas', id: code }, { hover: true })
    hovered = code
  }
  map.on('mousemove', (event) => {
    const spot = spotAt(map, event, HIT_MOUSE_PX)
    setHovered(spot?.kind === 'area' ? spot.id : null)
    map.getCanvas().style.cursor = spot === null ? '' : 'pointer'
    hover(spot)
  })
  map.on('mouseout', () => {
    setHovered(null)
    hover(null)
  })
  map.on('movestart', () => hover(null))
  map.on('click', (event) => {
    const touch = matchMedia('(pointer: coarse)').matches
    const spot = spotAt(map, event, touch ? HIT_TOUCH_PX : HIT_MOUSE_PX)
    if (spot?.kind === 'cluster') void zoomInto(map, Number(spot.id), event)
    else choose(spot)
  })
}

/** As far as it takes to see it fall apart. */
async function zoomInto(map: MapLibreMap, cluster: number, { lngLat }: MapMouseEvent): Promise<void> {
  const source = map.getSource('entities')
  if (!(source instanceof GeoJSONSource)) return
  const zoom = await source.getClusterExpansionZoom(cluster)
  map.easeTo({ center: lngLat, zoom: Math.max(zoom, map.getZoom() + 1) }, { originalEvent: true })
}

function spotAt(map: MapLibreMap, { point }: MapMouseEvent, reachPx: number): Spot | null {
  const { x, y } = point
  const { clientWidth, clientHeight } = map.getContainer()
  const place = { x, y, onRight: x > clientWidth / 2, onFoot: y > clientHeight / 2 }
  const box: [[number, number], [number, number]] = [
    [x - reachPx, y - reachPx],
    [x + reachPx, y + reachPx],
  ]
  const layers = ['clusters', 'traced', 'entities']
  const [found] = map.queryRenderedFeatures(box, { layers })
  if (found?.layer.id === 'clusters') return { kind: 'cluster', ...clusterOf(found), ...place }
  if (found !== undefined) return { kind: 'entity', id: String(found.properties.id), cluster: null, ...place }
  const [area] = map.queryRenderedFeatures([x, y], { layers: ['land'] })
  return area === undefined
    ? null
    : { kind: 'area', id: String(area.properties.code), cluster: null, ...place }
}

function clusterOf({ properties }: MapGeoJSONFeature): Pick<Spot, 'id' | 'cluster'> {
  const { cluster_id: id, point_count: count, standing, alarm } = properties
  return {
    id: String(id),
    cluster: { count: Number(count), standing: Number(standing), alarm: Number(alarm) },
  }
}
