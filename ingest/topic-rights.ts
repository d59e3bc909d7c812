import type { TopicRights } from '../core/ports.ts'
import { isNative, mayPublish, maySubscribe } from '../core/topic.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'
import { readerOf } from './readers.ts'

/**
 * Where a device may publish and subscribe: below its own folder always; and outside of all that is the platform's own, a
 * gateway anywhere, another device where its profile or a format's own topics say how its messages are read. Whoever
 * publishes there speaks for itself, or for the devices bound to it: whose a reading is, is not decided by the topic. What
 * is published there reaches no other client, so that a subscription there hears the platform alone.
 */
export function topicRights(registry: Registry, wiring: Wiring): TopicRights {
  const speaksNatively = (id: string, topic: string): boolean => {
    const device = registry.device(id)
    if (!device || !isNative(topic)) return false
    return device.role === 'gateway' || readerOf(device, topic, wiring) !== undefined
  }
  return {
    mayPublish: (device, topic) => mayPublish(device, topic) || speaksNatively(device, topic),
    maySubscribe(device, filter) {
      if (maySubscribe(device, filter)) return true
      if (!isNative(filter)) return false
      const { role, profile } = registry.device(device) ?? {}
      return (
        role === 'gateway' ||
        (wiring.profile(profile ?? null)?.codec ?? null) !== null ||
        speaksNatively(device, filter)
      )
    },
  }
}
