import { execFileSync } from 'node:child_process'

/** Whether strace is here and may trace (some containers forbid it). */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
