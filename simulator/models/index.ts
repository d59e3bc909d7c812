import type { DeviceType, Model } from '../world.ts'
import { feeder } from './feeder.ts'
import { flowMeter } from './flow-meter.ts'
import { powerMeter } from './power-meter.ts'
import { pressurePoint } from './pressure-point.ts'
import { pump } from './pump.ts'
import { tank } from './tank.ts'
import { trafficCounter } from './traffic-counter.ts'
import { transformer } from './transformer.ts'
import { valve } from './valve.ts'
import { waterMeter } from './water-meter.ts'

interface TypeSpec {
  readonly abbreviation: string
  readonly access: 'lpwan' | 'cellular' | 'wired'
  readonly intervalS: number
  readonly model: Model
  /** The quantity that a drifting device gets wrong. */
  readonly drifts: string
  /** What a fault in the device makes it say: outside of what the platform takes as plausible. */
  readonly spike: { readonly quantity: string; readonly value: number }
}

/** Every simulated type. To add one: its model's file, its line here, and its place in the mix of province.ts. */
export const TYPES: Readonly<Record<DeviceType, TypeSpec>> = {
  'traffic-counter': {
    abbreviation: 'tc',
    access: 'wired',
    intervalS: 60,
    model: trafficCounter,
    drifts: 'mean-speed',
    spike: { quantity: 'mean-speed', value: 9999 },
  },
  'water-meter': {
    abbreviation: 'wm',
    access: 'lpwan',
    intervalS: 300,
    model: waterMeter,
    drifts: 'water-flow',
    spike: { quantity: 'battery-level', value: 9999 },
  },
  'pressure-point': {
    abbreviation: 'pp',
    access: 'cellular',
    intervalS: 300,
    model: pressurePoint,
    drifts: 'water-pressure',
    spike: { quantity: 'water-pressure', value: 9999 },
  },
  'power-meter': {
    abbreviation: 'pm',
    access: 'cellular',
    intervalS: 300,
    model: powerMeter,
    drifts: 'voltage',
    spike: { quantity: 'frequency', value: 9999 },
  },
  transformer: {
    abbreviation: 'tf',
    access: 'wired',
    intervalS: 60,
    model: transformer,
    drifts: 'voltage/L2',
    spike: { quantity: 'frequency', value: 9999 },
  },
  'flow-meter': {
    abbreviation: 'fm',
    access: 'cellular',
    intervalS: 60,
    model: flowMeter,
    drifts: 'water-flow',
    spike: { quantity: 'water-flow', value: 999_999 },
  },
  tank: {
    abbreviation: 'tk',
    access: 'cellular',
    intervalS: 300,
    model: tank,
    drifts: 'water-level',
    spike: { quantity: 'water-level', value: 9999 },
  },
  pump: {
    abbreviation: 'pu',
    access: 'wired',
    intervalS: 60,
    model: pump,
    drifts: 'active-power',
    spike: { quantity: 'active-power', value: 9_999_999 },
  },
  valve: {
    abbreviation: 'va',
    access: 'cellular',
    intervalS: 300,
    model: valve,
    drifts: 'battery-voltage',
    spike: { quantity: 'valve-position', value: 9999 },
  },
  feeder: {
    abbreviation: 'fd',
    access: 'wired',
    intervalS: 60,
    model: feeder,
    drifts: 'voltage',
    spike: { quantity: 'current', value: 9_999_999 },
  },
}
