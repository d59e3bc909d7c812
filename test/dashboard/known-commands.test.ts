import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'vitest'
import {
  beginCommands,
  commandsOf,
  endCommands,
  forgetCommands,
  receiveCommand,
} from '../../dashboard/src/state/commands.ts'
import type { Command } from '../../dashboard/src/wire/command.ts'

const SENT: Command = {
  id: 'c-1',
  entity: 'valve-1',
  device: 'valve-1',
  name: 'set-opening',
  args: { opening: 50 },
  status: 'sent',
  by: 'admin',
  note: null,
  issuedAt: '2026-11-30T09:00:00.000Z',
  expiresAt: '2026-11-30T09:05:00.000Z',
  sentAt: '2026-11-30T09:00:01.000Z',
  endedAt: null,
  detail: null,
  reported: 'awaited',
  answeredAt: null,
  replacedBy: null,
}
const EXPIRED: Command = { ...SENT, status: 'expired', endedAt: '2026-11-30T09:05:00.000Z' }
const statuses = (...asked: readonly Command[]) => commandsOf('valve-1', asked).map(({ status }) => status)

afterEach(forgetCommands)

describe('what the page knows of commands', () => {
  it('is what the stream told, over what was asked for before', () => {
    receiveCommand(EXPIRED)
    assert.deepEqual(statuses(SENT), ['expired'])
  })

  it('is what is asked for, of a command that ended while the stream was away', () => {
    receiveCommand(SENT)
    receiveCommand({ ...SENT, id: 'c-2', issuedAt: '2026-11-30T09:01:00.000Z' })
    beginCommands()
    receiveCommand({ ...SENT, id: 'c-2', issuedAt: '2026-11-30T09:01:00.000Z' })
    assert.deepEqual(statuses(EXPIRED), ['sent', 'sent'])
    endCommands()
    assert.deepEqual(statuses(EXPIRED), ['sent', 'expired'])
  })
})
