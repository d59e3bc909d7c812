import type { Memory } from './subject.ts'

// Loaded ahead of each subject (--import, with --expose-gc): tells its memory when it is asked to.
process.on('message', () => {
  // What the first collection finalises only the second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const memory: Memory = { heapBytes: heapUsed + external, residentBytes: rss }
  process.send?.(memory)
})
// To listen must not keep the process from ending by itself.
process.channel?.unref()
