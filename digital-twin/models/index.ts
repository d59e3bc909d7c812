import type { EntityModel } from '../model.ts'
import { airQualityStation } from './air-quality-station.ts'
import { feeder } from './feeder.ts'
import { flowMeter } from './flow-meter.ts'
import { inverter } from './inverter.ts'
import { parkingSite } from './parking-site.ts'
import { parkingSpace } from './parking-space.ts'
import { powerMeter } from './power-meter.ts'
import { pressurePoint } from './pressure-point.ts'
import { pump } from './pump.ts'
import { sensor } from './sensor.ts'
import { signalController } from './signal-controller.ts'
import { streetLight } from './street-light.ts'
import { streetLightCabinet } from './street-light-cabinet.ts'
import { tank } from './tank.ts'
import { trafficCounter } from './traffic-counter.ts'
import { transformer } from './transformer.ts'
import { valve } from './valve.ts'
import { waterLevelGauge } from './water-level-gauge.ts'
import { waterMeter } from './water-meter.ts'
import { waterQualityStation } from './water-quality-station.ts'
import { waterZone } from './water-zone.ts'
import { weatherStation } from './weather-station.ts'

const models: readonly EntityModel[] = [
  trafficCounter,
  signalController,
  parkingSpace,
  parkingSite,
  waterZone,
  waterMeter,
  flowMeter,
  pressurePoint,
  tank,
  pump,
  waterLevelGauge,
  waterQualityStation,
  valve,
  feeder,
  transformer,
  powerMeter,
  inverter,
  streetLightCabinet,
  streetLight,
  weatherStation,
  airQualityStation,
  sensor,
]

/** Every entity type. To add one: its file, and its line here. */
export const MODELS: ReadonlyMap<string, EntityModel> = new Map(models.map((model) => [model.type, model]))
