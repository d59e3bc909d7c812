import { readFileSync, writeFileSync } from 'node:fs'
import { atExit } from '../../../bench/at-exit.ts'
import { Skipped } from './drill.ts'

/** Changes a setting of the kernel; what it gives puts the old value back, as does the end of the drills. */
export function changeKernelSetting(name: string, value: string): () => void {
  const path = `/proc/sys/${name.replaceAll('.', '/')}`
  const before = readFileSync(path, 'utf8')
  try {
    writeFileSync(path, value)
  } catch (error) {
    throw new Skipped(`${name} may not be changed here (${(error as NodeJS.ErrnoException).code})`)
  }
  return atExit(() => writeFileSync(path, before))
}
