const pending = new Set<() => void>()

process.on('exit', () => {
  for (const undo of pending) undo()
})
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.on(signal, () => process.exit(128 + number))

/** Runs `undo` when the bench ends, however it ends short of kill -9; what it gives runs it now instead. */
export function atExit(undo: () => void): () => void {
  const once = () => {
    if (pending.delete(once)) undo()
  }
  pending.add(once)
  return once
}
