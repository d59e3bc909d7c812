import type { EntityModel } from '../model.ts'
import { powerMeter } from './power-meter.ts'
import { pressurePoint } from './pressure-point.ts'
import { trafficCounter } from './traffic-counter.ts'
import { transformer } from './transformer.ts'
import { waterMeter } from './water-meter.ts'

const models: readonly EntityModel[] = [trafficCounter, waterMeter, pressurePoint, powerMeter, transformer]

/** Every entity type. To add one: its file, and its line here. */
export const MODELS: ReadonlyMap<string, EntityModel> = new Map(models.map((model) => [model.type, model]))
