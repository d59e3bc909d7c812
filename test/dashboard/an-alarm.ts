import type { Alarm } from '../../dashboard/src/wire/alarm.ts'

export const NOW_MS = Date.parse('2026-11-30T10:00:00Z')

/** Active, and nobody has seen it. */
export const AN_ALARM: Alarm = {
  id: 1,
  kind: 'process',
  rule: 'pressure-point.low',
  ruleNameVi: 'Áp suất thấp',
  ruleNameEn: 'Low pressure',
  severity: 'high',
  state: 'active',
  device: 'pp-1',
  entity: 'pp-1',
  area: '24133',
  address: null,
  text: 'Low pressure: pp-1: since 2026-11-30T09:00:00.000Z',
  textVi: 'Áp suất thấp: pp-1: từ 2026-11-30T09:00:00.000Z',
  adviceVi: null,
  adviceEn: null,
  quantity: 'water-pressure',
  value: 0.85,
  bound: 1,
  unit: 'bar',
  details: { condition: 'threshold', channel: '', since: '2026-11-30T09:00:00.000Z' },
  raisedAt: '2026-11-30T09:00:00.000Z',
  lastAt: '2026-11-30T09:30:00.000Z',
  count: 3,
  clearedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  note: null,
  shelvedUntil: null,
  shelvedBy: null,
  group: null,
  members: 0,
}
