import { addressOf, route } from '../state/route.ts'

/** The list again, with its filters. */
export function listAddress(): string {
  const query = Object.fromEntries(route.value.query)
  return addressOf('rules', null, { ...query, edit: null, new: null })
}
