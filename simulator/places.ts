import { gauss, mix, unit } from './random.ts'

interface Town {
  readonly name: string
  readonly lat: number
  readonly lon: number
  /** Relative number of devices. */
  readonly weight: number
  /** No device lies farther from the centre; small where the sea or a border is near. */
  readonly radiusKm: number
}

type Row = [name: string, lat: number, lon: number, weight: number, radiusKm: number]

const ROWS: readonly Row[] = [
  ['Buôn Ma Thuột', 12.667, 108.038, 34, 5],
  ['Tuy Hòa', 13.08, 109.292, 14, 2],
  ['Buôn Hồ', 12.92, 108.27, 6, 4],
  ['Sông Cầu', 13.46, 109.212, 4, 0.9],
  ['Đông Hòa', 12.975, 109.33, 4, 4],
  ['Ea Kar', 12.81, 108.45, 5, 4],
  ['Krông Pắc', 12.7, 108.31, 5, 4],
  ['Quảng Phú', 12.82, 108.08, 4, 4],
  ["Ea H'leo", 13.22, 108.21, 4, 4],
  ['Krông Năng', 12.95, 108.35, 3, 4],
  ['Buôn Trấp', 12.485, 108.03, 3, 2.5],
  ['Lắk', 12.41, 108.18, 2, 4],
  ['Phú Hòa', 13.06, 109.22, 2, 4],
  ['Chí Thạnh', 13.31, 109.215, 2, 4],
  ['La Hai', 13.375, 109.11, 2, 4],
  ['Củng Sơn', 13.045, 108.97, 2, 3],
  ['Hai Riêng', 12.99, 108.88, 1, 3],
  ['Ea Súp', 13.075, 107.885, 1, 4],
  ["M'Drắk", 12.745, 108.745, 1, 4],
  ['Krông Kmar', 12.505, 108.345, 1, 3],
]

/** Towns of the province, with the coordinates of their centres (WGS 84). */
export const TOWNS: readonly Town[] = ROWS.map(([name, lat, lon, weight, radiusKm]) => ({
  name,
  lat,
  lon,
  weight,
  radiusKm,
}))

const WEIGHT_SUM = TOWNS.reduce((sum, { weight }) => sum + weight, 0)
const KM_PER_DEGREE = 111.2
/** Five decimals of a degree are one metre. */
export const metre = (degrees: number): number => Math.round(degrees * 1e5) / 1e5

/** Where a device stands: a town by weight, and a scatter around its centre. */
export function placeOf(seed: number): { town: string; location: { lat: number; lon: number } } {
  const town = pick(unit(seed, 21) * WEIGHT_SUM)
  const at = mix(seed, 22)
  const north = gauss(at, 1)
  const east = gauss(at, 2)
  // Half the radius is one deviation; what falls outside is drawn back to the edge.
  const scale = (town.radiusKm / 2) * Math.min(1, 2 / Math.hypot(north, east))
  const lat = town.lat + (north * scale) / KM_PER_DEGREE
  const lon = town.lon + (east * scale) / (KM_PER_DEGREE * Math.cos((town.lat * Math.PI) / 180))
  return { town: town.name, location: { lat: metre(lat), lon: metre(lon) } }
}

function pick(at: number): Town {
  let rest = at
  for (const town of TOWNS) {
    rest -= town.weight
    if (rest < 0) return town
  }
  return TOWNS[0] as Town
}
