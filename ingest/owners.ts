import type { Decoded, Presence } from '../core/message.ts'
import type { Device } from '../store/device.ts'
import type { Sources } from './sources.ts'

/** What has to be known of whose readings are. */
export type OwnersOf = Pick<Sources, 'ownerOf' | 'mean' | 'knownDevice' | 'profileOf'>

/** The owners of one message's readings, each asked for once. */
export class Owners {
  readonly #sources: OwnersOf
  readonly #sender: Device
  readonly #aliases: Decoded['aliases']
  readonly #known = new Map<string, ReturnType<Sources['ownerOf']>>()

  constructor(sources: OwnersOf, sender: Device, { aliases }: Decoded) {
    this.#sources = sources
    this.#sender = sender
    this.#aliases = aliases
  }

  of(source: string): ReturnType<Sources['ownerOf']> {
    let owner = this.#known.get(source)
    if (!owner) {
      owner = this.#sources.ownerOf(this.#sender, this.#names(source))
      this.#known.set(source, owner)
    }
    return owner
  }

  /** The owner has a reading that is good. */
  mean(source: string): void {
    const owner = this.#known.get(source)
    if (owner?.ok && owner.value.plan) this.#sources.mean(owner.value)
  }

  #names = (source: string): readonly string[] => namesOf(source, this.#aliases)

  /** Of devices that are known; nobody is made for having been away. */
  presence(found: readonly Presence[]): { device: string; presence: Presence }[] {
    return found.flatMap((presence) => {
      const device =
        presence.source === undefined
          ? this.#sender.id
          : this.#sources.knownDevice(this.#sender, this.#names(presence.source))
      return device === undefined ? [] : [{ device, presence }]
    })
  }
}

/** What a message calls a device, best first. */
export const namesOf = (source: string, aliases: Decoded['aliases']): readonly string[] =>
  aliases && Object.hasOwn(aliases, source) ? [source, ...(aliases[source] ?? [])] : [source]
