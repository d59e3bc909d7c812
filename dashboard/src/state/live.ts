import { signal } from '@preact/signals'
import { followStream, type StreamState } from '../wire/stream.ts'
import { beginAlarms, endAlarms, forgetAlarms, receiveAlarm } from './alarms.ts'
import { adjustClock } from './clock.ts'
import { beginCommands, endCommands, forgetCommands, receiveCommand } from './commands.ts'
import { beginSnapshot, endSnapshot, forget, forgetNow, receive } from './entities.ts'
import { stillSignedIn } from './sign-in.ts'

export const streamState = signal<{ state: StreamState; sinceMs: number | null }>({
  state: 'connecting',
  sinceMs: null,
})

/** Keeps the entities current until the returned function is called. */
export function goLive(): () => void {
  const stop = followStream({
    restart: beginSnapshot,
    entities: receive,
    opened() {
      beginAlarms()
      beginCommands()
    },
    alarm: receiveAlarm,
    command: receiveCommand,
    snapshotEnd(whole) {
      endSnapshot(whole)
      endAlarms()
      endCommands()
    },
    reset: forget,
    ping: adjustClock,
    state: (state, sinceMs) => {
      streamState.value = { state, sinceMs }
    },
    refused: stillSignedIn,
  })
  return () => {
    stop()
    streamState.value = { state: 'connecting', sinceMs: null }
    forgetNow()
    forgetAlarms()
    forgetCommands()
  }
}
