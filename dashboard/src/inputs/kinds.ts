import type { SignedIn } from '../state/sign-in.ts'

/** Tables that may be uploaded, by their paths in the API. */
export const KINDS = [
  'populations',
  'reported-connections',
  'crosswalks',
  'targets',
  'comparators',
  'activity',
  'sims',
  'device-areas',
] as const
export type Kind = (typeof KINDS)[number]

/** What is about single devices is shown with the devices, not here. */
const UNLISTED: ReadonlySet<Kind> = new Set(['activity', 'sims', 'device-areas'])
const OF_DEVICES = UNLISTED

export const isListed = (kind: Kind): boolean => !UNLISTED.has(kind)

export function mayUpload({ role }: SignedIn, kind: Kind): boolean {
  return role === 'admin' || role === 'statistician' || (role === 'integrator' && OF_DEVICES.has(kind))
}
