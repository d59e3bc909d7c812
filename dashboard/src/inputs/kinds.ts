import type { SignedIn } from '../state/sign-in.ts'

/** Tables that may be uploaded. */
export const KINDS = [
  'populations',
  'reported-connections',
  'reported-sims',
  'crosswalks',
  'targets',
  'comparators',
  'activity',
  'sims',
  'device-areas',
] as const
export type Kind = (typeof KINDS)[number]

/** What is about single devices is shown with the devices; SIMs of operators are never shown. */
const UNLISTED: ReadonlySet<Kind> = new Set(['reported-sims', 'activity', 'sims', 'device-areas'])
const OF_DEVICES: ReadonlySet<Kind> = new Set(['activity', 'sims', 'device-areas'])

/** Below /api/v1. */
export const pathOf = (kind: Kind): string =>
  kind === 'reported-sims' ? '/reported-connections/sims' : `/${kind}`

export const isListed = (kind: Kind): boolean => !UNLISTED.has(kind)

export function mayUpload({ role }: SignedIn, kind: Kind): boolean {
  return role === 'admin' || role === 'statistician' || (role === 'integrator' && OF_DEVICES.has(kind))
}
