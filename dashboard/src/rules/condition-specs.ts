import type { Kind, NumberName } from './wire.ts'

/** One part of a condition, as the form asks for it. */
export interface FieldSpec {
  readonly name: NumberName | 'quantity' | 'expression'
  readonly as: 'quantity' | 'number' | 'duration' | 'text'
  /** The quantity's unit stands behind it. */
  readonly hasUnit?: true
  readonly isNeeded?: true
}

const QUANTITY: FieldSpec = { name: 'quantity', as: 'quantity', isNeeded: true }
const FOR: FieldSpec = { name: 'forS', as: 'duration' }
const bound = (name: NumberName): FieldSpec => ({ name, as: 'number', hasUnit: true })

export const FIELDS: Readonly<Record<Kind, readonly FieldSpec[]>> = {
  threshold: [QUANTITY, bound('above'), bound('below'), bound('hysteresis'), FOR],
  rate: [QUANTITY, bound('rises'), bound('falls'), { name: 'withinS', as: 'duration', isNeeded: true }],
  silence: [{ name: 'afterS', as: 'duration' }],
  'flat-line': [QUANTITY, { ...FOR, isNeeded: true }, bound('tolerance')],
  implausible: [{ name: 'quantity', as: 'quantity' }],
  pattern: [
    QUANTITY,
    { name: 'deviations', as: 'number', isNeeded: true },
    { name: 'weeks', as: 'number' },
    FOR,
  ],
  expression: [{ name: 'expression', as: 'text', isNeeded: true }, FOR],
}
