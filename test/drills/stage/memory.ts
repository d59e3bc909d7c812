import { readFileSync } from 'node:fs'

export const MEBIBYTE = 1_048_576

/** Resident memory of a process, from /proc. */
export function residentBytes(pid: number | undefined): number {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) * 1024
}

/** Looks at a process's memory four times a second and keeps the highest figure. */
export class MemoryWatch {
  maxBytes = 0
  readonly #timer: NodeJS.Timeout

  constructor(pid: number | undefined) {
    const look = () => {
      try {
        this.maxBytes = Math.max(this.maxBytes, residentBytes(pid))
      } catch {
        // The process has ended: the highest figure stands.
      }
    }
    look()
    this.#timer = setInterval(look, 250)
  }

  stop(): number {
    clearInterval(this.#timer)
    return this.maxBytes
  }
}
