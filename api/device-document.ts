import { z } from 'zod'
import { formatTime, microsNow } from '../core/time.ts'
import { MODELS } from '../digital-twin/models/index.ts'
import { CHILDREN_RULE } from '../ingest/sources.ts'
import type { Device, DeviceUpdate, NewDevice as NewDeviceRow } from '../store/device.ts'
import type { RegistryFault } from '../store/registry.ts'
import { declaredHashes, Identity, Owner, OwnerKind } from './connection-schema.ts'
import type { ApiParts } from './parts.ts'
import { AreaCode, Id, Instant, Location, RecordedAt, Since } from './schemas.ts'
import { Sims } from './sim-schema.ts'

export const Access = z.enum(['cellular', 'lpwan', 'wired', 'short-range', 'satellite'])
export const DeviceRole = z.enum(['end-device', 'gateway'])
export const IntervalS = z
  .number()
  .int()
  .min(1)
  .max(31_536_000)
  .describe('expected seconds between readings; the type’s if left out')
export const EntityType = z
  .string()
  .refine((type) => MODELS.has(type), { message: `takes one of ${[...MODELS.keys()].join(', ')}` })
const ClientId = z.string().min(1).max(128).describe('an MQTT client id other than the device id')
const ExternalIds = z
  .array(z.string().trim().min(1).max(128))
  .max(16)
  .describe(
    'its names in other systems (DevEUI, IMEI, a name behind a gateway), by which messages of gateways are matched',
  )
const Gateways = z.array(Id).max(16).describe('gateways that may speak for it; none: the first one that does')
const Groups = z.array(Id).max(16)

const Children = z
  .object({
    mode: z
      .enum(['create', 'hold', 'refuse'])
      .describe('create: registered by itself as <gateway>.<name>; hold: kept until it is approved'),
    type: EntityType.default(CHILDREN_RULE.type),
    profile: Id.nullable().default(null),
    area: AreaCode.nullable().default(null).describe('null: the gateway’s own'),
    max: z.number().int().min(1).max(100_000).default(CHILDREN_RULE.max),
  })
  .describe('of a gateway: what becomes of devices it speaks for that nobody has registered')

export const NewDevice = z.object({
  id: Id.refine((id) => id !== 'token', 'is the user name of API tokens'),
  type: EntityType.optional().describe('the profile’s entity type if left out'),
  entity: Id.optional().describe(
    'the thing it observes; made if it is not there; the device’s own id if left out',
  ),
  area: AreaCode.optional().describe('the commune or ward; found from the location if left out'),
  location: Location.optional(),
  access: Access.optional(),
  role: DeviceRole.default('end-device'),
  clientId: ClientId.optional(),
  externalIds: ExternalIds.default([]),
  intervalS: IntervalS.optional(),
  profile: Id.optional(),
  gateways: Gateways.default([]),
  children: Children.optional(),
  groups: Groups.default([]),
  test: z.boolean().default(false).describe('simulated or on trial: never counted as a connection'),
  identity: Identity.optional(),
  ownerKind: OwnerKind.default('org'),
  owner: Owner.optional(),
  sims: Sims.default([]),
  validFrom: Instant.optional().describe('in service since; now if left out'),
})

/** As a file may bring it in, for the figures of the past. */
export const DatedDevice = NewDevice.extend({
  validFrom: Since.optional(),
  retiredAt: Since.refine((at) => at <= microsNow(), 'lies in the future')
    .optional()
    .describe('it has ended: it is given no secret'),
  recordedAt: RecordedAt.optional().describe('when it became known; now if left out'),
}).refine(({ validFrom, retiredAt }) => retiredAt === undefined || (validFrom ?? Infinity) < retiredAt, {
  path: ['retiredAt'],
  message: 'takes an instant after validFrom',
})

export const ShownDevice = z.object({
  id: z.string(),
  entity: z.string(),
  type: z.string(),
  area: z.string().nullable(),
  areaMismatch: z.boolean().describe('the location lies in another area than the declared one, which stands'),
  location: Location.nullable(),
  access: Access.nullable(),
  role: DeviceRole,
  clientId: z.string().nullable(),
  externalIds: z.array(z.string()),
  intervalS: z.number().nullable(),
  profile: z.string().nullable(),
  gateways: z.array(z.string()),
  children: Children.nullable(),
  groups: z.array(z.string()),
  unclaimed: z.boolean().describe('made by its gateway’s rule, and not looked at by a person since'),
  test: z.boolean(),
  identity: z.string().nullable().describe('the beginning of a keyed digest: the same for the same thing'),
  ownerKind: OwnerKind,
  hasOwner: z.boolean(),
  validFrom: z.string(),
  retiredAt: z.string().nullable(),
})
/** One device by itself. */
export const ShownDeviceWithSims = ShownDevice.extend({
  sims: z.array(
    z.object({ id: z.string().describe('no number of it'), from: z.string(), to: z.string().nullable() }),
  ),
})
export const ShownCredentials = z.object({
  username: z.string(),
  password: z.string().describe('seen this once'),
})

/** Strict: who changes something that cannot change is told so, and not answered as if it had been done. */
export const DeviceChange = z.strictObject({
  role: DeviceRole.optional(),
  area: AreaCode.nullable().optional(),
  validFrom: Instant.optional().describe('since when it is in the new area; now if left out'),
  location: Location.optional(),
  intervalS: IntervalS.nullable().optional(),
  access: Access.nullable().optional(),
  clientId: ClientId.nullable().optional(),
  externalIds: ExternalIds.optional(),
  profile: Id.nullable().optional(),
  gateways: Gateways.optional(),
  children: Children.nullable().optional(),
  groups: Groups.optional(),
  test: z.boolean().optional().describe('a correction: it holds for all of its life'),
  identity: Identity.nullable().optional(),
  ownerKind: OwnerKind.optional(),
  owner: Owner.nullable().optional(),
  sims: Sims.optional().describe('all that are in it now: what is not among them ends now'),
})

/** What of it is stored with the device; looked at by a person it is claimed. */
export function updateOf(
  { identity, owner, test, ...body }: z.infer<typeof DeviceChange>,
  secretKey: Uint8Array,
): DeviceUpdate {
  const { area: _area, validFrom: _validFrom, location: _location, sims: _sims, ...members } = body
  const update = { ...members, ...declaredHashes({ identity, owner }, secretKey), isTest: test }
  const told = Object.entries(update).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(told), isUnclaimed: false }
}

/** How a fault of the registry is answered. */
export const FAULTS: Readonly<Record<RegistryFault, [status: number, detail: string]>> = {
  id_taken: [409, 'a device with this id is there, or was: ids are never used again'],
  client_id_taken: [409, 'the client id is another device’s'],
  external_id_taken: [409, 'one of the externalIds is another device’s that the same gateway may speak for'],
  entity_of_other_type: [409, 'the entity is there, and has another type'],
  not_found: [404, 'no such device'],
}

/** Something that a new device or a change to one names and that is not there. */
export interface MissingPart {
  readonly code: string
  readonly detail: string
}

/** What it names that is not there; null: nothing. */
export function missingPart(
  { profile, gateways, children }: Partial<z.infer<typeof DeviceChange>>,
  { registry, wiring }: Pick<ApiParts, 'registry' | 'wiring'>,
): MissingPart | null {
  for (const id of [profile, children?.profile])
    if (id && !wiring.profile(id))
      return { code: 'profile_not_found', detail: `no profile ${id}; see GET /api/v1/profiles` }
  const unknown = gateways?.find((id) => registry.device(id)?.role !== 'gateway')
  return unknown === undefined
    ? null
    : { code: 'gateway_not_found', detail: `no device ${unknown} with the role gateway` }
}

/** A device as it will be stored, what is left out taken from its profile and its place; null: it has no type. */
export function newDeviceRow(
  body: Omit<z.infer<typeof NewDevice>, 'area' | 'validFrom'> & {
    readonly area?: string | undefined
    readonly validFrom?: number | undefined
    readonly retiredAt?: number | undefined
    readonly recordedAt?: number | undefined
  },
  secretHash: Buffer,
  now: number,
  { wiring, locator, secretKey }: Pick<ApiParts, 'wiring' | 'locator' | 'secretKey'>,
): NewDeviceRow | null {
  const profile = wiring.profile(body.profile ?? null)
  const type = body.type ?? profile?.entityType
  if (type === undefined || type === null) return null
  const located = body.location ? locator.locate(body.location.lat, body.location.lon) : null
  return {
    id: body.id,
    entity: body.entity ?? body.id,
    type,
    role: body.role,
    access: body.access ?? profile?.access ?? null,
    clientId: body.clientId ?? null,
    externalIds: body.externalIds,
    intervalS: body.intervalS ?? profile?.intervalS ?? null,
    isTest: body.test,
    identityHash: null,
    ownerHash: null,
    ...declaredHashes(body, secretKey),
    ownerKind: body.ownerKind,
    secretHash,
    profile: body.profile ?? null,
    gateways: body.gateways,
    children: body.children ?? null,
    groups: body.groups,
    isUnclaimed: false,
    validFrom: body.validFrom ?? now,
    ...(body.retiredAt === undefined ? {} : { retiredAt: body.retiredAt }),
    ...(body.recordedAt === undefined ? {} : { recordedAt: body.recordedAt }),
    area: body.area ?? located,
    lat: body.location?.lat ?? null,
    lon: body.location?.lon ?? null,
  }
}

export function deviceDocument(
  device: Device,
  { registry, locator }: Pick<ApiParts, 'registry' | 'locator'>,
): z.infer<typeof ShownDevice> {
  const entity = registry.entity(device.entity)
  const { lat = null, lon = null, area = null } = entity ?? {}
  const located = lat === null || lon === null ? null : locator.locate(lat, lon)
  return {
    id: device.id,
    entity: device.entity,
    type: device.type,
    area,
    areaMismatch: area !== null && located !== null && located !== area,
    location: lat === null || lon === null ? null : { lat, lon },
    access: device.access,
    role: device.role,
    clientId: device.clientId,
    externalIds: [...device.externalIds],
    intervalS: device.intervalS,
    profile: device.profile,
    gateways: [...device.gateways],
    children: device.children,
    groups: [...device.groups],
    unclaimed: device.isUnclaimed,
    test: device.isTest,
    identity: device.identityHash === null ? null : `sha256-hmac:${device.identityHash.slice(0, 8)}`,
    ownerKind: device.ownerKind,
    hasOwner: device.ownerHash !== null,
    validFrom: formatTime(device.validFrom),
    retiredAt: device.retiredAt === null ? null : formatTime(device.retiredAt),
  }
}
