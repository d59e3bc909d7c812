import { err, ok, type Result } from '../../core/result.ts'
import { commandTopic } from '../../core/topic.ts'
import type { Wiring } from '../../store/profiles.ts'
import type { Registry } from '../../store/registry.ts'

/** The device of an entity that takes this command, or why there is none. One that hears it now comes first. */
export function takerOf(
  entity: string,
  name: string,
  {
    registry,
    wiring,
    hears,
  }: {
    readonly registry: Registry
    readonly wiring: Wiring
    hears(device: string, topic: string): boolean
  },
): Result<string, string> {
  const devices = [...registry.devices()]
    .filter((device) => device.entity === entity && device.retiredAt === null)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  if (devices.length === 0) return err(`${entity} has no device in service`)
  const listening = devices.find(({ id }) => hears(id, commandTopic(id, name)))
  if (listening) return ok(listening.id)
  // Whoever speaks a format of its own, or by a gateway, does not hear its folder.
  const own = devices.find(
    ({ gateways, profile }) => gateways.length === 0 && (wiring.profile(profile)?.codec ?? null) === null,
  )
  if (own) return ok(own.id)
  const why = devices.map(({ id, gateways, profile }) =>
    gateways.length > 0
      ? `${id} is behind the gateway ${gateways.join(', ')}`
      : `${id} speaks ${wiring.profile(profile)?.codec}`,
  )
  return err(
    `${why.join('; ')}: a command goes to a device that subscribes to devices/<its id>/commands/${name}`,
  )
}
