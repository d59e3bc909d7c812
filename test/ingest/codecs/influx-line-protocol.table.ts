import type { FieldRule } from '../../../ingest/fields.ts'
import type { Landing } from '../../support/samples.ts'

const rule = (quantity: string, unit?: string, channel?: string): FieldRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
})

/** What a profile for the gateway and the meters of the samples would say. */
export const RULES: Readonly<Record<string, FieldRule>> = {
  'neoom_beaam_energy_flow/POWER_PRODUCTION': rule('active-power', 'W', 'production'),
  'neoom_beaam_energy_flow/POWER_GRID': rule('active-power', 'W', 'grid'),
  'neoom_beaam_energy_flow/POWER_STORAGE': rule('active-power', 'W', 'storage'),
  'neoom_beaam_energy_flow/POWER_CONSUMPTION_CALC': rule('active-power', 'W'),
  'neoom_beaam_energy_flow/ENERGY_PRODUCED': rule('active-energy', 'W.h', 'production'),
  'neoom_beaam_energy_flow/ENERGY_IMPORTED': rule('active-energy', 'W.h'),
  'neoom_beaam_energy_flow/ENERGY_EXPORTED': rule('active-energy-exported', 'W.h'),
  'neoom_beaam_energy_flow/ENERGY_CHARGED': rule('active-energy', 'W.h', 'charged'),
  'neoom_beaam_energy_flow/ENERGY_DISCHARGED': rule('active-energy-exported', 'W.h', 'discharged'),
  'neoom_beaam_energy_flow/ENERGY_CONSUMED_CALC': rule('active-energy', 'W.h', 'consumed'),
  'neoom_beaam_energy_flow/STATE_OF_CHARGE': rule('battery-level', '%'),
  'neoom_beaam_energy_flow/SELF_SUFFICIENCY': rule('fill-level', '%', 'self-sufficiency'),
  'neoom_beaam_thing/CONNECTION': rule('switch', undefined, 'connection'),
  'neoom_beaam_thing/CONNECTIONS': rule('switch', undefined, 'connection'),
  'neoom_beaam_thing/VOLTAGE_P1': rule('voltage', 'V', 'L1'),
  'neoom_beaam_thing/VOLTAGE_P2': rule('voltage', 'V', 'L2'),
  'neoom_beaam_thing/VOLTAGE_P3': rule('voltage', 'V', 'L3'),
  'neoom_beaam_thing/POWER_P1': rule('active-power', 'W', 'L1'),
  'neoom_beaam_thing/POWER_P2': rule('active-power', 'W', 'L2'),
  'neoom_beaam_thing/POWER_P3': rule('active-power', 'W', 'L3'),
  'neoom_beaam_thing/POWER': rule('active-power', 'W'),
  'neoom_beaam_thing/OUTPUT_ENERGY': rule('active-energy-exported', 'W.h'),
  'neoom_beaam_thing/INPUT_ENERGY': rule('active-energy', 'W.h'),
  'neoom_beaam_thing/PRODUCED_ENERGY': rule('active-energy-exported', 'W.h'),
  'neoom_beaam_thing/VOLTAGES': rule('voltage', 'V'),
  'neoom_beaam_thing/CURRENTS': rule('current', 'A'),
  'energy-10': rule('active-energy', 'kW.h', '10'),
  'modbus/3x0135:INT': rule('event-count', undefined, '0135'),
  'modbus/4x0102:INT': rule('event-count', undefined, '0102'),
  'modbus/4x0103:INT': rule('event-count', undefined, '0103'),
}

const on = ({ quantity, unit, channel }: FieldRule, of?: string): Landing => ({
  quantity,
  ...(unit === undefined ? { unit: '1' } : { unit }),
  ...(channel === undefined && of === undefined ? {} : { channel: [channel, of].filter(Boolean).join('.') }),
})

const byDatapoint = Object.entries(RULES).flatMap(([name, of]): [string, Landing][] => {
  const last = name.slice(name.indexOf('/') + 1)
  return [
    [last, on(of)],
    [`${last} value_0`, on(of, '0')],
    [`${last} value_1`, on(of, '1')],
  ]
})

export const TABLE: Readonly<Record<string, Landing>> = {
  ...Object.fromEntries(byDatapoint),
  // In the common vocabulary.
  FREQUENCY: { quantity: 'frequency', unit: 'Hz' },
  ACTIVE_POWER: { quantity: 'active-power', unit: 'W' },
  temperature: { quantity: 'temperature', unit: 'Cel' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
}
