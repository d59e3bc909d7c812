import type { Role } from '../../core/ports.ts'
import { rolesByWeight } from '../sessions.ts'

/** The roles that a provider's claims give, the one that may do most first; values without a mapping give none. */
export function rolesIn(claims: object, path: string, mapping: ReadonlyMap<string, Role>): Role[] {
  const found = valueAt(claims, path)
  // A list; some providers send one text, with spaces as scopes have.
  const values = Array.isArray(found) ? found : typeof found === 'string' ? found.split(/[\s,]+/) : []
  return rolesByWeight(values.map((value) => mapping.get(String(value))).filter((role) => role !== undefined))
}

/** The name as it stands may hold dots itself (`https://example.org/roles`); else it is a path. */
function valueAt(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path as keyof typeof claims]
  return path
    .split('.')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? value[step as keyof typeof value]
          : undefined,
      claims,
    )
}
