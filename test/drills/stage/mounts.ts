import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { atExit } from '../../../bench/at-exit.ts'
import { hasCommand } from '../../support/command.ts'
import { Skipped } from './drill.ts'
import { MEBIBYTE } from './memory.ts'
import { temporaryFolder } from './processes.ts'

export interface Mount {
  readonly path: string
  unmount(): void
}

/** A small disk in memory. */
export const mountTmpfs = (mebibytes: number): Mount =>
  mount(['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'plumbline-drill'])

/** A file with an empty ext4 in it. */
export function makeImage(path: string, mebibytes: number): void {
  requireRoot()
  if (!hasCommand('mkfs.ext4')) throw new Skipped('no mkfs.ext4 (Debian: apt-get install e2fsprogs)')
  closeSync(openSync(path, 'w'))
  truncateSync(path, mebibytes * MEBIBYTE)
  execFileSync('mkfs.ext4', ['-q', '-F', path], { stdio: 'ignore' })
}

/** A disk image as a disk. The journal is written by fsync, or after ten minutes; so what was not synced is not in it. */
export const mountImage = (image: string): Mount => mount(['-o', 'loop,commit=600', image])

function mount(args: readonly string[]): Mount {
  requireRoot()
  const folder = temporaryFolder('mount')
  try {
    execFileSync('mount', [...args, folder.path], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    folder.remove()
    throw new Skipped(`mounting is not allowed here: ${String((error as { stderr?: Buffer }).stderr).trim()}`)
  }
  // Lazily: at an interrupt the processes on it have not quite ended yet.
  const unmount = atExit(() => {
    execFileSync('umount', ['-l', folder.path], { stdio: 'ignore' })
    folder.remove()
  })
  return { path: folder.path, unmount }
}

function requireRoot(): void {
  if (process.getuid?.() !== 0) throw new Skipped('only root may mount a disk of its own')
}

/** Writes a file until the disk takes no byte more; what it gives makes room again. */
export function fillUp(folder: string): () => void {
  const path = join(folder, 'ballast')
  const file = openSync(path, 'a')
  try {
    for (const bytes of [MEBIBYTE, 4096, 1]) writeUntilFull(file, Buffer.alloc(bytes))
  } finally {
    closeSync(file)
  }
  return () => rmSync(path, { force: true })
}

function writeUntilFull(file: number, block: Buffer): void {
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
