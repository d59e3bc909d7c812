import { backendKilled } from './cases/backend-killed.ts'
import { clock } from './cases/clock.ts'
import { cutInWrite } from './cases/cut-in-write.ts'
import { diskFull } from './cases/disk-full.ts'
import { fsyncWatched } from './cases/fsync-watched.ts'
import { killPlatform } from './cases/kill-platform.ts'
import { lockHeld } from './cases/lock-held.ts'
import { poisonRow } from './cases/poison-row.ts'
import { postgresStopped } from './cases/postgres-stopped.ts'
import { postmasterKilled } from './cases/postmaster-killed.ts'
import { powerCut } from './cases/power-cut.ts'
import { powerCutAtFirstStart } from './cases/power-cut-at-first-start.ts'
import { sigtermUnderLoad } from './cases/sigterm-under-load.ts'
import { slowDatabase } from './cases/slow-database.ts'
import { spoolFull } from './cases/spool-full.ts'
import { spoolKilled } from './cases/spool-killed.ts'
import { startWithoutDatabase } from './cases/start-without-database.ts'
import { statementTimeout } from './cases/statement-timeout.ts'
import type { Drill } from './stage/drill.ts'

/** Every drill, in the order in which they run. */
export const drills: readonly Drill[] = [
  killPlatform,
  postgresStopped,
  backendKilled,
  postmasterKilled,
  cutInWrite,
  lockHeld,
  statementTimeout,
  diskFull,
  slowDatabase,
  poisonRow,
  sigtermUnderLoad,
  spoolKilled,
  spoolFull,
  startWithoutDatabase,
  powerCut,
  powerCutAtFirstStart,
  fsyncWatched,
  clock,
]
