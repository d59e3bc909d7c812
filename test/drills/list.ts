import { backendKilled } from './cases/backend-killed.ts'
import { cutInWrite } from './cases/cut-in-write.ts'
import { killPlatform } from './cases/kill-platform.ts'
import { lockHeld } from './cases/lock-held.ts'
import { poisonRow } from './cases/poison-row.ts'
import { postgresStopped } from './cases/postgres-stopped.ts'
import { postmasterKilled } from './cases/postmaster-killed.ts'
import { slowDatabase } from './cases/slow-database.ts'
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
  slowDatabase,
  poisonRow,
]
