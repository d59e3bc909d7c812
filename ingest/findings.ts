import type { Decoded, IgnoreReason, Presence, Reading, UnmappedField, Uplink } from '../core/message.ts'
import type { RejectionCode, RejectionItem } from '../core/rejection-codes.ts'
import { printable } from './json.ts'

/** Of one message. */
export const VALUES_MAX = 1000

/** Gathers what a codec finds in one message. */
export class Findings {
  readonly readings: Reading[] = []
  readonly rejections: RejectionItem[] = []
  readonly uplinks: Uplink[] = []
  readonly presence: Presence[] = []
  readonly answers: { topic: string; payload: Uint8Array }[] = []
  isRemembered = false
  readonly #ignored: Partial<Record<IgnoreReason, number>> = {}
  readonly #unmapped: UnmappedField[] = []

  /** A message has at most so many values; past it the message as a whole is refused, so no more need be read. */
  get isFull(): boolean {
    return this.readings.length + this.rejections.length > VALUES_MAX
  }

  /** Nothing was found yet: a message always gives something. */
  get isSilent(): boolean {
    return (
      this.readings.length + this.rejections.length + this.uplinks.length + this.presence.length === 0 &&
      Object.keys(this.#ignored).length === 0
    )
  }

  reject(path: string, code: RejectionCode, detail: string): void {
    this.rejections.push({ path: printable(path), code, detail: printable(detail) })
  }

  ignore(reason: IgnoreReason, count = 1): void {
    this.#ignored[reason] = (this.#ignored[reason] ?? 0) + count
  }

  /** A field without a meaning here. */
  unmapped(path: string, source?: string): void {
    this.ignore('unmapped')
    if (this.#unmapped.length < VALUES_MAX)
      this.#unmapped.push({ path: printable(path), ...(source === undefined ? {} : { source }) })
  }

  /** All or nothing where the message as a whole is at fault. */
  onlyReject(code: RejectionCode, detail: string): void {
    this.readings.length = 0
    this.rejections.length = 0
    this.uplinks.length = 0
    this.reject('', code, detail)
  }

  decoded(): Decoded {
    if (this.readings.length + this.rejections.length > VALUES_MAX)
      this.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
    const { readings, rejections, uplinks, presence, answers } = this
    return {
      readings,
      rejections,
      ignored: this.#ignored,
      ...(this.#unmapped.length > 0 ? { unmapped: this.#unmapped } : {}),
      ...(uplinks.length > 0 ? { uplinks } : {}),
      ...(presence.length > 0 ? { presence } : {}),
      ...(answers.length > 0 ? { answers } : {}),
      ...(this.isRemembered ? { isRemembered: true } : {}),
    }
  }
}
