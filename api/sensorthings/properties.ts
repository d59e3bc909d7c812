import { QUANTITIES } from '../../core/quantity.ts'
import { MODELS } from '../../digital-twin/models/index.ts'
import type { Device, Entity } from '../../store/device.ts'
import type { SeriesRow } from '../../store/observation-pages.ts'
import type { Item } from './catalogue.ts'
import { instant, type Value } from './value.ts'

const GEOJSON = 'application/geo+json'
const OBSERVATION_TYPES = 'http://www.opengis.net/def/observationType/OGC-OM/2.0'

type Properties = Readonly<Record<string, Value>>

/** An item's own properties, OGC 18-088 §8.2; times as instants. */
export function propertiesOf(item: Item): Properties {
  switch (item.set) {
    case 'Things':
      return thing(item.entity)
    case 'Locations': {
      const { entity } = item
      return {
        name: nameOf(entity),
        description: `Where ${nameOf(entity)} is`,
        encodingType: GEOJSON,
        location: pointOf(entity) ?? {},
        properties: { area: entity.area },
      }
    }
    case 'FeaturesOfInterest': {
      const { entity } = item
      return {
        name: nameOf(entity),
        description: `The place that is observed: ${nameOf(entity)}`,
        encodingType: GEOJSON,
        feature: pointOf(entity) ?? { type: 'Feature', geometry: null, properties: {} },
        properties: { area: entity.area },
      }
    }
    case 'Datastreams':
      return datastream(item.series)
    case 'Sensors':
      return sensor(item.device)
    case 'ObservedProperties': {
      const { id, nameEn, nameVi, unit, kind, plausible } = item.quantity
      return {
        name: nameEn,
        definition: `urn:plumbline:quantity:${id}`,
        description: nameVi,
        properties: { nameVi, unit, kind, plausible },
      }
    }
    case 'Observations':
      return observation(item)
  }
}

const nameOf = ({ id, name }: Entity): string => name ?? id
const pointOf = ({ lat, lon }: Entity) =>
  lat === null || lon === null ? null : { type: 'Point', coordinates: [lon, lat] }

function thing(entity: Entity): Properties {
  const model = MODELS.get(entity.type)
  return {
    name: nameOf(entity),
    description: model ? `${model.nameVi} · ${model.nameEn}` : entity.type,
    properties: {
      type: entity.type,
      domain: model?.domain ?? null,
      area: entity.area,
      attributes: entity.attributes,
    },
  }
}

/** `<entity> <quantity>[/<channel>]`. */
const datastreamName = ({ entity, quantity, channel }: SeriesRow): string =>
  `${entity} ${quantity}${channel === '' ? '' : `/${channel}`}`

function datastream(series: SeriesRow): Properties {
  const quantity = QUANTITIES.get(series.quantity)
  const isState = quantity?.kind === 'state'
  const { unit } = series
  return {
    name: datastreamName(series),
    description: `${quantity?.nameVi ?? series.quantity} · ${quantity?.nameEn ?? series.quantity}`,
    observationType: `${OBSERVATION_TYPES}/${isState ? 'OM_CategoryObservation' : 'OM_Measurement'}`,
    // §8.2.4: where there is no unit, all three are null.
    unitOfMeasurement: isState
      ? { name: null, symbol: null, definition: null }
      : {
          name: unit,
          symbol: unit,
          definition: `http://www.opengis.net/def/uom/UCUM/0/${encodeURIComponent(unit)}`,
        },
    properties: {
      entity: series.entity,
      device: series.device,
      quantity: series.quantity,
      channel: series.channel,
    },
  }
}

function sensor({ id, type, role, access, profile, intervalS, validFrom, retiredAt }: Device): Properties {
  return {
    name: id,
    description: [type, role, access].filter((part) => part !== null).join(', '),
    encodingType: 'application/json',
    metadata: { type, role, access, profile, intervalS },
    properties: {
      validFrom: new Date(Math.floor(validFrom / 1000)).toISOString(),
      retiredAt: retiredAt === null ? null : new Date(Math.floor(retiredAt / 1000)).toISOString(),
    },
  }
}

function observation({ stored }: Extract<Item, { set: 'Observations' }>): Properties {
  if (!stored) return {}
  const { time, value, label, quality, receivedAt } = stored
  return {
    phenomenonTime: instant(time),
    resultTime: instant(time),
    result: value ?? label,
    resultQuality: quality,
    parameters: { receivedAt: new Date(Math.floor(receivedAt / 1000)).toISOString() },
  }
}
