import type { EntityModel } from '../model.ts'
import { airQualityStation } from './air-quality-station.ts'
import { parkingSpace } from './parking-space.ts'
import { powerMeter } from './power-meter.ts'
import { pressurePoint } from './pressure-point.ts'
import { sensor } from './sensor.ts'
import { streetLight } from './street-light.ts'
import { trafficCounter } from './traffic-counter.ts'
import { transformer } from './transformer.ts'
import { valve } from './valve.ts'
import { waterLevelGauge } from './water-level-gauge.ts'
import { waterMeter } from './water-meter.ts'
import { waterQualityStation } from './water-quality-station.ts'
import { weatherStation } from './weather-station.ts'

const models: readonly EntityModel[] = [
  trafficCounter,
  parkingSpace,
  waterMeter,
  pressurePoint,
  waterLevelGauge,
  waterQualityStation,
  valve,
  powerMeter,
  transformer,
  streetLight,
  weatherStation,
  airQualityStation,
  sensor,
]

/** Every entity type. To add one: its file, and its line here. */
export const MODELS: ReadonlyMap<string, EntityModel> = new Map(models.map((model) => [model.type, model]))
