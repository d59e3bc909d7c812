import type { Device, World } from './world.ts'

const INCIDENT_KINDS = [
  /** A main bursts: the inlet of its zone runs, the pressure in it falls. Its target is a zone. */
  'pipe-burst',
  /** More is drawn than the feeder is rated for. Its target is a feeder. */
  'feeder-overload',
  /** A device says nothing more. Its target is a device. */
  'dead-sensor',
] as const

type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** Something that goes wrong on purpose, for who wants to see what the platform makes of it. */
export interface Incident {
  readonly kind: IncidentKind
  readonly target: string
  readonly fromMs: number
  readonly toMs: number
}

const FORM = /^([a-z-]+):([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?:@(\d{1,6})(?:\+(\d{1,6}))?)?$/
const AFTER_S = 30
const LASTING_S = 600

/** Reads `kind:target[@after[+lasting]]`, in seconds from now; a text is what is wrong with it. */
export function readIncident(text: string, nowMs: number): Incident | string {
  const [, kind, target = '', after, lasting] = FORM.exec(text) ?? []
  const known = INCIDENT_KINDS.find((one) => one === kind)
  if (!known)
    return `takes kind:target@after+lasting, the kind one of ${INCIDENT_KINDS.join(', ')}, e.g. pipe-burst:sim-zone-01@30+600`
  const fromMs = nowMs + Number(after ?? AFTER_S) * 1000
  return { kind: known, target, fromMs, toMs: fromMs + Number(lasting ?? LASTING_S) * 1000 }
}

export const isUnderWay = (
  { incidents = [] }: World,
  kind: IncidentKind,
  target: string | undefined,
  tMs: number,
): boolean =>
  incidents.some(
    (incident) =>
      incident.kind === kind && incident.target === target && tMs >= incident.fromMs && tMs < incident.toMs,
  )

export const isDead = (world: World, { id }: Device, tMs: number): boolean =>
  isUnderWay(world, 'dead-sensor', id, tMs)
