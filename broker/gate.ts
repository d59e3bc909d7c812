import type { Door } from '../core/door.ts'
import { isId } from '../core/id.ts'
import type { Log } from '../core/ports.ts'
import type { Refusal, RefusalFilter, RefusedConnection } from '../core/refusals.ts'
import { Brake } from './brake.ts'
import { Crowd, type CrowdLimits } from './crowd.ts'
import { Meters } from './meters.ts'
import { RefusedLog } from './refused-log.ts'

export interface GateSettings extends CrowdLimits {
  /** Messages that one device may send in a second, over a minute; 0: no limit. */
  readonly deviceMessagesPerSecondMax: number
  /** Whether many clients share an address, so that nothing is held against the address as a whole. */
  isShared(address: string): boolean
}

const LOG_LINES_PER_SECOND_MAX = 20

/** What the gate asks the registry. */
export interface DeviceFacts {
  standing(name: string): 'in-service' | 'retired' | 'unknown'
  isGateway(device: string): boolean
}

/** All that the door remembers: who was refused and why, who guesses, who crowds, who sends too much. */
export class Gate implements Door {
  readonly crowd: Crowd
  readonly meters: Meters
  readonly #brake: Brake
  readonly #refused: RefusedLog
  readonly #facts: DeviceFacts
  readonly #log: Log
  #logSecond = 0
  #logLines = 0
  readonly #listeners = new Set<(refusal: RefusedConnection) => void>()

  constructor(settings: GateSettings, facts: DeviceFacts, log: Log) {
    this.crowd = new Crowd(settings, settings.isShared)
    this.meters = new Meters(settings.deviceMessagesPerSecondMax, facts.isGateway)
    this.#brake = new Brake(settings.isShared)
    this.#refused = new RefusedLog((name) => facts.standing(name) !== 'unknown')
    this.#facts = facts
    this.#log = log
  }

  onRefused(listener: (refusal: RefusedConnection) => void): void {
    this.#listeners.add(listener)
  }

  refused(refusal: Refusal): void {
    const entry = this.#refused.add(refusal)
    const { address, port, username, clientId, device, reason, count, advice } = entry
    // The first, the tenth, the hundredth: who tries all day does not fill the log.
    if (Number.isInteger(Math.log10(count)) && this.#mayLog())
      this.#log.info({ address, port, username, clientId, device, reason, count }, `refused: ${advice}`)
    for (const listener of this.#listeners) listener(entry)
  }

  /** Nor do very many who try once. */
  #mayLog(): boolean {
    const second = Math.floor(Date.now() / 1000)
    if (second !== this.#logSecond) this.#logLines = 0
    this.#logSecond = second
    this.#logLines += 1
    return this.#logLines <= LOG_LINES_PER_SECOND_MAX
  }

  refusedConnections = (filter: RefusalFilter): RefusedConnection[] => this.#refused.list(filter)

  standing = (name: string): ReturnType<DeviceFacts['standing']> =>
    isId(name) ? this.#facts.standing(name) : 'unknown'

  reasonOfFailure(name: string): ReturnType<Door['reasonOfFailure']> {
    if (name === '') return 'no_credentials'
    if (name === 'token') return 'wrong_token'
    const standing = this.standing(name)
    if (standing === 'unknown') return 'unknown_user'
    return standing === 'retired' ? 'device_retired' : 'wrong_password'
  }

  closedForMs = (address: string, name: string): number => this.#brake.closedForMs(address, name)
  failed = (address: string, name: string): number => this.#brake.failed(address, name)
  succeeded = (address: string, name: string): number => this.#brake.succeeded(address, name)
  mayTake = (device: string, messages: number): boolean => this.meters.mayTake(device, messages)
}
