import fs from 'node:fs'
import { dirname, join } from 'node:path'

/** A new or renamed file is durable only once its folder is. */
export function syncFolder(path: string): void {
  const descriptor = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Writes a new file that is there after a power loss, with its name. */
export function writeNewFile(path: string, text: string, mode: number): void {
  // 'wx': of two processes at once only one makes it.
  fs.writeFileSync(path, text, { mode, flag: 'wx', flush: true })
  syncFolder(dirname(path))
}

/** Makes a folder, all that is in it, and its own name durable. */
export function syncTree(folder: string): void {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) syncFolder(path)
    else if (entry.isFile()) syncFile(path)
  }
  syncFolder(folder)
  syncFolder(dirname(folder))
}

function syncFile(path: string): void {
  const descriptor = fs.openSync(path, 'r+')
  try {
    fs.fdatasyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
