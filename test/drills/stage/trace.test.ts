import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { readTrace } from './trace.ts'

const ARRIVAL = '7 read(63<socket:[9]>, "2L\\0\\25devices/wm-0/readings\\0005{\\"time\\":17"..., 65536) = 78'
const PUBACK = '7 writev(63<socket:[9]>, [{iov_base="@", iov_len=1}, {iov_base="\\2", iov_len=1}], 2) = 2'
const SYNC = '8 fdatasync(29</data/pg_wal/0001>) = 0'
const isLog = (path: string) => path.includes('/pg_wal/')

describe('the reading of a trace', () => {
  it('counts a PUBACK that follows the sync of its message', () => {
    assert.deepEqual(readTrace([ARRIVAL, SYNC, PUBACK], isLog), {
      arrivals: 1,
      acknowledgements: 1,
      syncs: 1,
      unsynced: 0,
    })
  })

  it('tells a PUBACK before the sync, and one after the sync of another file', () => {
    assert.equal(readTrace([ARRIVAL, PUBACK, SYNC], isLog).unsynced, 1)
    assert.equal(readTrace([ARRIVAL, SYNC.replace('pg_wal', 'base'), PUBACK], isLog).unsynced, 1)
  })

  it('takes a sync that another thread interrupts as done at its end, and not when it failed', () => {
    const begun = '8 fdatasync(29</data/pg_wal/0001> <unfinished ...>'
    const ended = '8 <... fdatasync resumed>) = 0'
    assert.equal(readTrace([ARRIVAL, begun, PUBACK, ended], isLog).unsynced, 1)
    assert.equal(readTrace([ARRIVAL, begun, ended, PUBACK], isLog).unsynced, 0)
    const failed = '8 <... fdatasync resumed>) = -1 EIO (Input/output error)'
    assert.equal(readTrace([ARRIVAL, begun, failed, PUBACK], isLog).unsynced, 1)
  })
})
