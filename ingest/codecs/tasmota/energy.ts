import { channelName } from '../../channel-name.ts'
import type { Field, FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { readKnown } from '../../known-field.ts'

type At = Pick<Field, 'path' | 'time' | 'source'>

/** Members of ENERGY, Tasmota's own energy monitoring ("Power Monitoring Calibration", "MQTT" pages). ImportActive is the
 *  register of a Modbus meter beside Tasmota's own counter Total, so it has a channel of its own. */
const ENERGY: Readonly<Record<string, FieldRule>> = {
  Total: { quantity: 'active-energy', unit: 'kW.h' },
  ImportActive: { quantity: 'active-energy', unit: 'kW.h', channel: 'import' },
  ExportActive: { quantity: 'active-energy-exported', unit: 'kW.h' },
  ImportReactive: { quantity: 'reactive-energy', unit: 'kvar.h' },
  ExportReactive: { quantity: 'reactive-energy-exported', unit: 'kvar.h' },
  Power: { quantity: 'active-power', unit: 'W' },
  ApparentPower: { quantity: 'apparent-power', unit: 'V.A' },
  ReactivePower: { quantity: 'reactive-power', unit: 'var' },
  Factor: { quantity: 'power-factor', unit: '1' },
  Voltage: { quantity: 'voltage', unit: 'V' },
  Current: { quantity: 'current', unit: 'A' },
  Frequency: { quantity: 'frequency', unit: 'Hz' },
  Temperature: { quantity: 'temperature', unit: 'Cel', channel: 'ENERGY' },
}

/** One value per tariff. */
const TARIFFS: Readonly<Record<string, FieldRule>> = {
  TotalTariff: { quantity: 'active-energy', unit: 'kW.h' },
  ExportTariff: { quantity: 'active-energy-exported', unit: 'kW.h' },
}

/** Reads ENERGY. A value is a number; an array, one a relay or phase (`1`, `2`, …: the message does not say which of the
 *  two); or an object by phase. Today, Yesterday and Period count within a day or a telemetry period and start again: they
 *  are sums of what Total says, and no counters of their own, so they are left out. */
export function readEnergy(found: Findings, energy: Record<string, unknown>, at: At, tempUnit: string): void {
  for (const [name, value] of Object.entries(energy)) {
    if (found.isFull) return
    const path = `${at.path}/${pointerOf(name)}`
    const tariff = Object.hasOwn(TARIFFS, name) ? TARIFFS[name] : undefined
    const known = tariff ?? (Object.hasOwn(ENERGY, name) ? ENERGY[name] : undefined)
    const rule = known?.quantity === 'temperature' ? { ...known, unit: tempUnit } : known
    if (rule === undefined || typeof value !== 'object' || value === null) {
      readKnown(found, rule, { ...at, path, value })
      continue
    }
    const steps = Array.isArray(value) ? value.entries() : Object.entries(isRecord(value) ? value : {})
    for (const [step, one] of steps) {
      if (found.isFull) return
      const part = tariff ? tariffChannel(step) : partChannel(step)
      const channel = [rule.channel ?? '', part].filter((word) => word !== '').join('-')
      readKnown(
        found,
        { ...rule, channel },
        { ...at, path: `${path}/${pointerOf(String(step))}`, value: one },
      )
    }
  }
}

const tariffChannel = (step: number | string): string =>
  typeof step === 'number' ? `T${step + 1}` : channelName(step)

function partChannel(step: number | string): string {
  if (typeof step === 'number') return String(step + 1)
  const phase = /^Phase([123])$/.exec(step)
  return phase ? `L${phase[1]}` : channelName(step)
}
