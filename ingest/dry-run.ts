import type { Message } from '../core/message.ts'
import { ok } from '../core/result.ts'
import { type Device, UNWIRED } from '../store/device.ts'
import { Preparation, type PreparationParts, type Prepared } from './prepare.ts'
import type { Reader } from './readers.ts'
import type { Sources } from './sources.ts'

/** Says what a message would give, by the same codecs, programs and checks as a real one. Binds, makes and remembers nothing:
 *  a device that is not registered keeps the name that the message gives it. */
export function dryRun(
  parts: Omit<PreparationParts, 'sources'> & { readonly sources: Sources },
  retentionDays: number,
): (message: Message, reader: Reader) => Promise<Prepared> {
  const { registry, sources } = parts
  const onlyLooking: PreparationParts['sources'] = {
    knownDevice: (sender, names) => sources.knownDevice(sender, names),
    profileOf: (sender, names) => sources.profileOf(sender, names),
    mean() {},
    ownerOf(sender, names) {
      const known = registry.device(sources.knownDevice(sender, names) ?? '')
      const [name] = names
      if (name === undefined || known?.id === sender.id)
        return ok({ device: sender.id, entity: sender.entity, profile: sender.profile })
      const bound = known ?? registry.byExternalId(name)[0]
      return ok({ device: bound?.id ?? name, entity: bound?.entity ?? '', profile: bound?.profile ?? null })
    },
  }
  return async (message, reader) => {
    const preparation = new Preparation({ ...parts, sources: onlyLooking }, retentionDays)
    return preparation.prepareWith(
      message,
      registry.device(message.device) ?? stranger(message.device),
      reader,
    )
  }
}

/** A sender that nobody has registered: it may speak for anybody, for nothing comes of it. */
const stranger = (id: string): Device => ({
  ...UNWIRED,
  id,
  entity: id,
  type: 'sensor',
  role: 'gateway',
  access: null,
  clientId: null,
  externalIds: [],
  intervalS: null,
  isTest: true,
  secretHash: Buffer.alloc(0),
  previousSecret: null,
  validFrom: 0,
  retiredAt: null,
})
