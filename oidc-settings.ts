import { z } from 'zod'
import { ROLES, type Role } from './core/ports.ts'

const text = z.string().min(1).max(400).optional()
const isLoopback = (host: string) => host === 'localhost' || host === '127.0.0.1' || host === '[::1]'

/** https, and http only on this machine: what a provider says is believed. */
const safeUrl = z
  .url({ protocol: /^https?$/, error: 'takes an https address' })
  .refine(
    (url) => !URL.canParse(url) || new URL(url).protocol === 'https:' || isLoopback(new URL(url).hostname),
    'takes an https address; http only on this machine',
  )
  .optional()

const RoleMap = z
  .string()
  .default(ROLES.map((role) => `plumbline-${role}=${role}`).join(','))
  .transform((list, context): ReadonlyMap<string, Role> => {
    const pairs = list.split(',').map((pair) => pair.split('=').map((part) => part.trim()))
    const isSound = pairs.every(
      ([value, role, ...rest]) => value && rest.length === 0 && ROLES.includes(role as Role),
    )
    if (isSound) return new Map(pairs as [string, Role][])
    context.addIssue({
      code: 'custom',
      message: `takes value=role,…; the roles are ${ROLES.join(', ')}`,
    })
    return z.NEVER
  })

/** Settings of the sign-in by an OpenID Connect provider. */
export const OIDC_SETTINGS = {
  OIDC_ISSUER: safeUrl.describe('OpenID Connect provider, exactly as it names itself; absent: tokens only'),
  OIDC_CLIENT_ID: text.describe('this platform at the provider'),
  OIDC_CLIENT_SECRET: text.describe('absent: a public client, PKCE alone'),
  OIDC_REDIRECT_URL: safeUrl.describe(
    'where the provider sends the browser back: <address of the pages>/api/v1/session/oidc/callback',
  ),
  OIDC_NAME: text.describe('text of the button, after "Sign in with"; absent: the host of the provider'),
  OIDC_SCOPES: z.string().min(1).max(400).default('openid profile').describe('what is asked for'),
  OIDC_ROLE_CLAIM: z
    .string()
    .min(1)
    .max(200)
    .default('roles')
    .describe('claim of the ID token with the roles; a dotted path such as realm_access.roles'),
  OIDC_ROLES: RoleMap.describe('value of the claim=role of the platform, by comma; others open nothing'),
  OIDC_SESSION_MINUTES: z.coerce
    .number()
    .int()
    .min(5)
    .max(1440)
    .default(480)
    .describe('so long a sign-in holds; a role taken away at the provider is gone after it'),
}

type Settings = z.infer<z.ZodObject<typeof OIDC_SETTINGS>>

/** What is missing, by setting. */
export function oidcFaults(settings: Settings): [setting: keyof Settings, fault: string][] {
  if (settings.OIDC_ISSUER === undefined)
    return (['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_REDIRECT_URL'] as const)
      .filter((name) => settings[name] !== undefined)
      .map((name) => [name, 'needs OIDC_ISSUER'])
  return (['OIDC_CLIENT_ID', 'OIDC_REDIRECT_URL'] as const)
    .filter((name) => settings[name] === undefined)
    .map((name) => [name, 'is needed as well: OIDC_ISSUER is set'])
}

/** Null: people sign in by token. */
export function oidcOf(settings: Settings) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_REDIRECT_URL: redirectUrl } = settings
  if (issuer === undefined || clientId === undefined || redirectUrl === undefined) return null
  return {
    issuer,
    clientId,
    clientSecret: settings.OIDC_CLIENT_SECRET ?? null,
    redirectUrl,
    name: settings.OIDC_NAME ?? new URL(issuer).host,
    scopes: settings.OIDC_SCOPES,
    roleClaim: settings.OIDC_ROLE_CLAIM,
    roles: settings.OIDC_ROLES,
    sessionSeconds: settings.OIDC_SESSION_MINUTES * 60,
  }
}
