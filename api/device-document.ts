import { z } from 'zod'
import { formatTime } from '../core/time.ts'
import { MODELS } from '../digital-twin/models/index.ts'
import type { Device, RegistryFault } from '../store/registry.ts'
import type { ApiParts } from './parts.ts'
import { AreaCode, Id, Instant, Location } from './schemas.ts'

const ACCESS = ['cellular', 'lpwan', 'wired', 'short-range', 'satellite'] as const
const DeviceRole = z.enum(['end-device', 'gateway'])
const IntervalS = z
  .number()
  .int()
  .min(1)
  .max(31_536_000)
  .describe('expected seconds between readings; the type’s if left out')

export const NewDevice = z.object({
  id: Id.refine((id) => id !== 'token', 'is the user name of API tokens'),
  type: z
    .string()
    .refine((type) => MODELS.has(type), { message: `takes one of ${[...MODELS.keys()].join(', ')}` }),
  entity: Id.optional().describe(
    'the thing it observes; made if it is not there; the device’s own id if left out',
  ),
  area: AreaCode.optional().describe('the commune or ward; found from the location if left out'),
  location: Location.optional(),
  access: z.enum(ACCESS).optional(),
  role: DeviceRole.default('end-device'),
  clientId: z.string().min(1).max(128).optional().describe('an MQTT client id other than the device id'),
  externalIds: z.array(z.string().min(1).max(128)).max(16).default([]),
  intervalS: IntervalS.optional(),
  test: z.boolean().default(false).describe('simulated or on trial: never counted as a connection'),
  validFrom: Instant.optional().describe('in service since; now if left out'),
})

export const ShownDevice = z.object({
  id: z.string(),
  entity: z.string(),
  type: z.string(),
  area: z.string().nullable(),
  areaMismatch: z.boolean().describe('the location lies in another area than the declared one, which stands'),
  location: Location.nullable(),
  access: z.enum(ACCESS).nullable(),
  role: DeviceRole,
  clientId: z.string().nullable(),
  externalIds: z.array(z.string()),
  intervalS: z.number().nullable(),
  test: z.boolean(),
  validFrom: z.string(),
  retiredAt: z.string().nullable(),
})
export const ShownCredentials = z.object({
  username: z.string(),
  password: z.string().describe('seen this once'),
})

export const DeviceChange = z.object({
  area: AreaCode.nullable().optional(),
  validFrom: Instant.optional().describe('since when it is in the new area; now if left out'),
  location: Location.optional(),
  intervalS: IntervalS.nullable().optional(),
})

/** How a fault of the registry is answered. */
export const FAULTS: Readonly<Record<RegistryFault, [status: number, detail: string]>> = {
  id_taken: [409, 'a device with this id is there, or was: ids are never used again'],
  client_id_taken: [409, 'the client id is another device’s'],
  entity_of_other_type: [409, 'the entity is there, and has another type'],
  not_found: [404, 'no such device'],
}

export function deviceDocument(device: Device, { registry, locator }: ApiParts): z.infer<typeof ShownDevice> {
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
    test: device.isTest,
    validFrom: formatTime(device.validFrom),
    retiredAt: device.retiredAt === null ? null : formatTime(device.retiredAt),
  }
}
