import { killPlatform } from './cases/kill-platform.ts'
import { postgresStopped } from './cases/postgres-stopped.ts'
import type { Drill } from './stage/drill.ts'

/** Every drill, in the order in which they run. */
export const drills: readonly Drill[] = [killPlatform, postgresStopped]
