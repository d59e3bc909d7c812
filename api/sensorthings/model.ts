/** OGC 18-088 §8.2: the entity sets, what each of their entities has, and where its navigation leads. */
export type SetName =
  | 'Things'
  | 'Locations'
  | 'HistoricalLocations'
  | 'Datastreams'
  | 'Sensors'
  | 'ObservedProperties'
  | 'Observations'
  | 'FeaturesOfInterest'

export interface Navigation {
  readonly to: SetName
  readonly isMany: boolean
}

interface SetModel {
  readonly properties: readonly string[]
  readonly navigation: Readonly<Record<string, Navigation>>
}

const many = (to: SetName): Navigation => ({ to, isMany: true })
const one = (to: SetName): Navigation => ({ to, isMany: false })

export const SETS: Readonly<Record<SetName, SetModel>> = {
  Things: {
    properties: ['name', 'description', 'properties'],
    navigation: {
      Datastreams: many('Datastreams'),
      Locations: many('Locations'),
      HistoricalLocations: many('HistoricalLocations'),
    },
  },
  Locations: {
    properties: ['name', 'description', 'encodingType', 'location', 'properties'],
    navigation: { Things: many('Things'), HistoricalLocations: many('HistoricalLocations') },
  },
  HistoricalLocations: {
    properties: ['time'],
    navigation: { Thing: one('Things'), Locations: many('Locations') },
  },
  Datastreams: {
    properties: ['name', 'description', 'observationType', 'unitOfMeasurement', 'observedArea', 'properties'],
    navigation: {
      Thing: one('Things'),
      Sensor: one('Sensors'),
      ObservedProperty: one('ObservedProperties'),
      Observations: many('Observations'),
    },
  },
  Sensors: {
    properties: ['name', 'description', 'encodingType', 'metadata', 'properties'],
    navigation: { Datastreams: many('Datastreams') },
  },
  ObservedProperties: {
    properties: ['name', 'definition', 'description', 'properties'],
    navigation: { Datastreams: many('Datastreams') },
  },
  Observations: {
    properties: ['phenomenonTime', 'resultTime', 'result', 'resultQuality', 'parameters'],
    navigation: { Datastream: one('Datastreams'), FeatureOfInterest: one('FeaturesOfInterest') },
  },
  FeaturesOfInterest: {
    properties: ['name', 'description', 'encodingType', 'feature', 'properties'],
    navigation: { Observations: many('Observations') },
  },
}

export const isSetName = (name: string): name is SetName => Object.hasOwn(SETS, name)

export function navigationOf(set: SetName, name: string): Navigation | null {
  const { navigation } = SETS[set]
  return Object.hasOwn(navigation, name) ? (navigation[name] ?? null) : null
}

const ID_NAMES: ReadonlySet<string> = new Set(['id', '@iot.id'])
export const isIdName = (name: string): boolean => ID_NAMES.has(name)

/** Why a path of a filter leads nowhere; null: it leads to something. */
export function faultOfPath(set: SetName, path: readonly string[]): string | null {
  let here = set
  for (const [i, name] of path.entries()) {
    const navigation = navigationOf(here, name)
    if (navigation?.to === 'Observations')
      return `${path.join('/')} goes into Observations, which are too many; ask /Observations and filter there`
    if (navigation) {
      here = navigation.to
      continue
    }
    if (isIdName(name) && i === path.length - 1) return null
    if (SETS[here].properties.includes(name)) return null
    return `${here} have no ${name}; they have ${['id', ...SETS[here].properties, ...Object.keys(SETS[here].navigation)].join(', ')}`
  }
  return `${path.join('/')} is no property: name one of ${here}, as in ${path.join('/')}/id`
}
