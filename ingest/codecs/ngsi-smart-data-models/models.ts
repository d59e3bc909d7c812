import type { FieldRule } from '../../fields.ts'

/** What an attribute of a model is. */
export interface AttributeRule extends FieldRule {
  /** The reading's value; null: the model's word for no value; undefined: nothing that this rule can use. */
  readonly read?: (value: unknown) => unknown
}

export type ModelRules = Readonly<Record<string, AttributeRule | readonly AttributeRule[]>>

type Read = AttributeRule['read']

const is = (quantity: string, unit?: string, channel?: string, read?: Read): AttributeRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
  ...(read === undefined ? {} : { read }),
})

// "-1 when transiently cannot be determined" (Device, Vehicle).
const minusOneIsNone: Read = (value) => (value === -1 ? null : value)
// The models have -180…180 from the north; the catalogue has 0…360.
const compass: Read = (value) => (typeof value === 'number' && value < 0 ? value + 360 : value)
// dBm where it is below zero; the older model had 0…1, of no stated scale.
const dBm: Read = (value) => (typeof value === 'number' && value >= 0 ? undefined : value)
const oneOf =
  (values: Readonly<Record<string, number>>): Read =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined

/** `intensityR`, `intensityS`, `intensityT`. */
const byPhase = (name: string, quantity: string, unit: string): ModelRules =>
  Object.fromEntries(['R', 'S', 'T'].map((phase, i) => [name + phase, is(quantity, unit, `L${i + 1}`)]))

const FLOW: ModelRules = {
  intensity: is('vehicle-count', '{vehicle}'),
  occupancy: is('occupancy', '1'),
  averageVehicleSpeed: is('mean-speed', 'km/h'),
  averageSpeed: is('mean-speed', 'km/h'),
  minSpeed: is('speed', 'km/h', 'min'),
  maxSpeed: is('speed', 'km/h', 'max'),
  averageHeadwayTime: is('headway-time', 's'),
  averageGapDistance: is('headway-distance', 'm'),
  averageVehicleLength: is('vehicle-length', 'm'),
  averageLength: is('vehicle-length', 'm'),
}

const AC: ModelRules = {
  activePower: is('active-power', 'W'),
  reactivePower: is('reactive-power', 'var'),
  apparentPower: is('apparent-power', 'V.A'),
  totalActivePower: is('active-power', 'W'),
  totalReactivePower: is('reactive-power', 'var'),
  totalApparentPower: is('apparent-power', 'V.A'),
  activeEnergyImport: is('active-energy', 'kW.h'),
  activeEnergyExport: is('active-energy-exported', 'kW.h'),
  reactiveEnergyImport: is('reactive-energy', 'kvar.h'),
  reactiveEnergyExport: is('reactive-energy-exported', 'kvar.h'),
  apparentEnergyImport: is('apparent-energy', 'kV.A.h'),
  apparentEnergyExport: is('apparent-energy', 'kV.A.h', 'exported'),
  totalActiveEnergyImport: is('active-energy', 'kW.h'),
  totalActiveEnergyExport: is('active-energy-exported', 'kW.h'),
  totalReactiveEnergyImport: is('reactive-energy', 'kvar.h'),
  totalReactiveEnergyExport: is('reactive-energy-exported', 'kvar.h'),
  totalApparentEnergyImport: is('apparent-energy', 'kV.A.h'),
  totalApparentEnergyExport: is('apparent-energy', 'kV.A.h', 'exported'),
  powerFactor: is('power-factor', '1'),
  totalPowerFactor: is('power-factor', '1'),
  displacementPowerFactor: is('power-factor', '1', 'displacement'),
  totalDisplacementPowerFactor: is('power-factor', '1', 'displacement'),
  frequency: is('frequency', 'Hz'),
  current: is('current', 'A'),
  phaseVoltage: is('voltage', 'V'),
  phaseToPhaseVoltage: is('voltage', 'V'),
  thdVoltage: is('harmonic-distortion', '1', 'voltage'),
  thdCurrent: is('harmonic-distortion', '1', 'current'),
}

const AIR: ModelRules = {
  temperature: is('temperature', 'Cel'),
  dewPoint: is('temperature', 'Cel', 'dew-point'),
  feelsLikeTemperature: is('temperature', 'Cel', 'feels-like'),
  relativeHumidity: is('relative-humidity', '1'),
  atmosphericPressure: is('atmospheric-pressure', 'hPa'),
  precipitation: is('rainfall', 'mm'),
  windSpeed: is('wind-speed', 'm/s'),
  gustSpeed: is('wind-speed', 'm/s', 'gust'),
  windDirection: is('wind-direction', 'deg', undefined, compass),
  solarRadiation: is('solar-irradiance', 'W/m2'),
  illuminance: is('illuminance', 'lx'),
  streamGauge: is('water-level', 'cm'),
}

const GASES: ModelRules = {
  co: is('co-concentration', 'ug/m3'),
  no: is('no-concentration', 'ug/m3'),
  no2: is('no2-concentration', 'ug/m3'),
  nox: is('nox-concentration', 'ug/m3'),
  so2: is('so2-concentration', 'ug/m3'),
  o3: is('o3-concentration', 'ug/m3'),
  co2: is('co2-concentration', '[ppm]'),
  pm1: is('pm1', 'ug/m3'),
  pm25: is('pm2.5', 'ug/m3'),
  pm10: is('pm10', 'ug/m3'),
  // The older model had the formulas as names.
  CO: is('co-concentration', 'ug/m3'),
  NO: is('no-concentration', 'ug/m3'),
  NO2: is('no2-concentration', 'ug/m3'),
  NOx: is('nox-concentration', 'ug/m3'),
  SO2: is('so2-concentration', 'ug/m3'),
  O3: is('o3-concentration', 'ug/m3'),
  CO2: is('co2-concentration', '[ppm]'),
  PM1: is('pm1', 'ug/m3'),
  'PM2.5': is('pm2.5', 'ug/m3'),
  PM25: is('pm2.5', 'ug/m3'),
  PM10: is('pm10', 'ug/m3'),
  volatileOrganicCompoundsTotal: is('tvoc-concentration', 'ug/m3'),
  airQualityIndex: is('air-quality-index', '1'),
}

// Volumetric water content is in parts per one, conductivity in S/m (GreenspaceRecord and AgriParcelRecord, schema.json).
const SOIL: ModelRules = {
  soilTemperature: is('temperature', 'Cel', 'soil'),
  soilMoistureVwc: is('soil-moisture', '1'),
  soilMoistureEc: is('conductivity', 'S/m', 'soil'),
}

const WATER_QUALITY: ModelRules = {
  temperature: is('water-temperature', 'Cel'),
  conductivity: is('conductivity', 'S/m'),
  conductance: is('conductivity', 'S/m', 'specific'),
  tds: is('dissolved-solids', 'mg/L'),
  turbidity: is('turbidity', '{FNU}'),
  // "Parts per thousand": grams in a litre of water, to the precision of a sensor.
  salinity: is('salinity', 'g/L'),
  pH: is('ph', '[pH]'),
  orp: is('redox-potential', 'mV'),
  O2: is('dissolved-oxygen', 'mg/L'),
  NO3: is('nitrate', 'mg/L'),
  NH4: is('ammonium', 'mg/L'),
  TKN: is('kjeldahl-nitrogen', 'mg/L'),
  As: is('arsenic', 'mg/L'),
  freeChlorine: is('free-chlorine', 'mg/L'),
  flow: is('water-flow', 'm3/h'),
}

const PARKING: ModelRules = {
  availableSpotNumber: is('parking-free', '{space}'),
  occupancy: is('occupancy', '1'),
}

/** By entity type, the attributes that are measured, in the unit that holds where the entity names none. Source: the
 *  models' specifications at github.com/smart-data-models (doc/spec.md and schema.json of each). */
export const MODELS: Readonly<Record<string, ModelRules>> = {
  TrafficFlowObserved: FLOW,
  ItemFlowObserved: FLOW,
  FlowObserved: FLOW,
  CrowdFlowObserved: { ...FLOW, peopleCount: is('person-count', '{person}') },
  WaterConsumptionObserved: {
    // "The total volume passed through the meter"; the flows are the extremes of the last week.
    waterConsumption: is('water-volume', 'L'),
    maxFlow: is('water-flow', 'L/h', 'max'),
    minFlow: is('water-flow', 'L/h', 'min'),
    alarmTamper: is('tamper'),
    moduleTampered: is('tamper', undefined, 'module'),
    alarmStopsLeaks: is('leak'),
    acquisitionStageFailure: is('fault', undefined, 'acquisition'),
  },
  WaterQualityObserved: WATER_QUALITY,
  WaterObserved: { flow: is('water-flow', 'm3/s'), height: is('water-level', 'm') },
  ACMeasurement: AC,
  ThreePhaseAcMeasurement: AC,
  AirQualityObserved: { ...AIR, ...GASES },
  WeatherObserved: { ...AIR, uVIndexMax: is('uv-index', '1'), uvIndexMax: is('uv-index', '1') },
  IndoorEnvironmentObserved: { ...AIR, ...GASES, peopleCount: is('person-count', '{person}') },
  GreenspaceRecord: { ...AIR, ...SOIL },
  AgriParcelRecord: {
    ...AIR,
    ...SOIL,
    airTemperature: is('temperature', 'Cel'),
    leafTemperature: is('temperature', 'Cel', 'leaf'),
    // Here in thousands, unlike in the weather models.
    solarRadiation: is('solar-irradiance', 'kW/m2'),
  },
  WasteContainer: {
    fillingLevel: is('fill-level', '1'),
    cargoWeight: is('mass', 'kg'),
    temperature: is('temperature', 'Cel'),
    status: is('operating-state'),
  },
  StreetlightControlCabinet: {
    energyConsumed: is('active-energy', 'kW.h'),
    reactiveEnergyConsumed: is('reactive-energy', 'kvar.h'),
    frequency: is('frequency', 'Hz'),
    cosPhi: is('power-factor', '1', 'displacement'),
    ...byPhase('intensity', 'current', 'A'),
    ...byPhase('activePower', 'active-power', 'kW'),
    ...byPhase('reactivePower', 'reactive-power', 'kvar'),
    ...byPhase('powerFactor', 'power-factor', '1'),
  },
  NoiseLevelObserved: {
    LAeq: is('noise-level', 'dB'),
    LAS: is('noise-level', 'dB', 'slow'),
    LAmax: is('noise-level', 'dB', 'max'),
    LAeq_d: is('noise-level', 'dB', 'day'),
  },
  Device: {
    batteryLevel: is('battery-level', '1', undefined, minusOneIsNone),
    rssi: is('signal-strength', 'dB[mW]', undefined, dBm),
    deviceState: is('operating-state'),
  },
  Streetlight: {
    powerConsumption: is('active-power', 'W'),
    current: is('current', 'A'),
    voltage: is('voltage', 'V'),
    powerFactor: is('power-factor', '1'),
    illuminanceLevel: is('brightness', '1'),
    status: is('operating-state'),
    powerState: [
      is('operating-state', undefined, 'power'),
      is('switch', undefined, undefined, oneOf({ on: 1, low: 1, off: 0 })),
    ],
  },
  // `closed` and `unknown` say nothing of a vehicle, so the state has a series of its own.
  ParkingSpot: {
    status: [
      is('operating-state'),
      is('parking-occupied', undefined, undefined, oneOf({ free: 0, occupied: 1 })),
    ],
  },
  OffStreetParking: PARKING,
  OnStreetParking: PARKING,
  ParkingGroup: PARKING,
  Vehicle: {
    speed: is('speed', 'km/h', undefined, minusOneIsNone),
    fuelLevel: is('fill-level', '1', undefined, minusOneIsNone),
  },
}

/** What all models have as a share of one, also in the many that are not described here: a vocabulary of percents would be
 *  wrong by a hundred. */
export const IN_EVERY_MODEL: ModelRules = {
  relativeHumidity: is('relative-humidity', '1'),
  batteryLevel: is('battery-level', '1', undefined, minusOneIsNone),
}

/** What the value of a Device or DeviceMeasurement is, by its `controlledProperty` (enumerated in the model Device). */
export const CONTROLLED_PROPERTIES: Readonly<Record<string, AttributeRule>> = {
  atmosphericPressure: is('atmospheric-pressure', 'hPa'),
  averageVelocity: is('mean-speed', 'km/h'),
  conductivity: is('conductivity', 'S/m'),
  electricityConsumption: is('active-energy', 'kW.h'),
  energy: is('active-energy', 'kW.h'),
  fillingLevel: is('fill-level', '1'),
  freeChlorine: is('free-chlorine', 'mg/L'),
  gasConsumption: is('gas-volume', 'm3'),
  humidity: is('relative-humidity', '%'),
  light: is('illuminance', 'lx'),
  motion: is('motion'),
  noiseLevel: is('noise-level', 'dB'),
  occupancy: is('occupancy', '1'),
  orp: is('redox-potential', 'mV'),
  pH: is('ph', '[pH]'),
  power: is('active-power', 'W'),
  precipitation: is('rainfall', 'mm'),
  pressure: is('pressure', 'kPa'),
  salinity: is('salinity', 'g/L'),
  smoke: is('smoke'),
  solarRadiation: is('solar-irradiance', 'W/m2'),
  speed: is('speed', 'km/h'),
  tds: is('dissolved-solids', 'mg/L'),
  temperature: is('temperature', 'Cel'),
  trafficFlow: is('vehicle-flow', '{vehicle}/h'),
  turbidity: is('turbidity', '{FNU}'),
  waterConsumption: is('water-volume', 'L'),
  waterFlow: is('water-flow', 'L/h'),
  waterLevel: is('water-level', 'm'),
  weight: is('mass', 'kg'),
  windDirection: is('wind-direction', 'deg', undefined, compass),
  windSpeed: is('wind-speed', 'm/s'),
}
