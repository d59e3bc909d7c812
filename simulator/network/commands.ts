import type { Device } from '../world.ts'
import type { ShutValves } from './shut-valves.ts'

/** What a device answers to a command. */
export interface Reply {
  readonly status: 'done' | 'failed'
  readonly detail?: string
}

type OnCommand = (device: Device, name: string, args: Readonly<Record<string, unknown>>) => Reply

/** What the simulated devices do when they are asked: a valve turns, all others say that they cannot. */
export const commandsOf =
  (valves: ShutValves): OnCommand =>
  ({ type, supply }, name, { position }) => {
    if (type !== 'valve' || supply === undefined || name !== 'set-position')
      return { status: 'failed', detail: `this ${type} knows no command ${name}` }
    if (typeof position !== 'number' || position < 0 || position > 100)
      return { status: 'failed', detail: 'position takes a number from 0 to 100' }
    valves.set(supply, position, Date.now())
    return { status: 'done' }
  }
