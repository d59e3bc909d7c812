import type { Refusal, RefusalFilter, RefusedConnection } from './refusals.ts'

/** What the door knows of who was refused, who guesses and who sends too much: one for MQTT and HTTP. */
export interface Door {
  refused(refusal: Refusal): void
  /** Newest first. */
  refusedConnections(filter: RefusalFilter): RefusedConnection[]
  /** Why the name is not let in, for the operators' eyes only. */
  reasonOfFailure(
    name: string,
  ): 'no_credentials' | 'unknown_user' | 'wrong_password' | 'wrong_token' | 'device_retired'
  /** For how many ms no sign-in of this name from this address is looked at; 0: it is. */
  closedForMs(address: string, name: string): number
  /** A sign-in failed; gives after how many ms it may be told so. */
  failed(address: string, name: string): number
  /** A sign-in was right; gives after how many ms it may be told so. */
  succeeded(address: string, name: string): number
  /** Counts a device's messages; false: it sends more than it may. */
  mayTake(device: string, messages: number): boolean
}

/** How much a device sent in the minute that ended. */
export interface MinuteRate {
  readonly device: string
  readonly messages: number
  /** In a usual minute before it. */
  readonly usual: number
  /** How many minutes that is known from, up to 255. */
  readonly minutes: number
}
