const pending = new Set<() => void>()

process.on('exit', () => {
  // The last thing done is undone first: a process goes before the disk it writes to, and the disk before its folder.
  for (const undo of [...pending].reverse()) attempt(undo)
})
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.on(signal, () => process.exit(128 + number))

/** Runs `undo` when the process ends, however it ends short of kill -9; what it gives runs it now instead. */
export function atExit(undo: () => void): () => void {
  const once = () => {
    if (pending.delete(once)) undo()
  }
  pending.add(once)
  return once
}

/** One that fails must not keep the others from being run. */
function attempt(undo: () => void): void {
  try {
    undo()
  } catch (error) {
    process.stderr.write(`not undone: ${(error as Error).message}\n`)
  }
}
