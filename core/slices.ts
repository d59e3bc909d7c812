/** Does something with each, and lets others do their work after every so many milliseconds. */
export async function inSlices<T>(
  items: Iterable<T>,
  sliceMs: number,
  each: (item: T) => void,
): Promise<void> {
  let until = performance.now() + sliceMs
  for (const item of items) {
    each(item)
    if (performance.now() <= until) continue
    await new Promise(setImmediate)
    until = performance.now() + sliceMs
  }
}

/** Work that can be left at every `yield` and taken up again: small enough steps between them. */
export type InSteps<T> = Generator<void, T, void>

/** Does it without a pause. */
export function atOnce<T>(work: InSteps<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value
}

/** Does it, and lets others do their work after every so many milliseconds. */
export async function inTurns<T>(work: InSteps<T>, sliceMs = 10): Promise<T> {
  for (let until = performance.now() + sliceMs; ; ) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() <= until) continue
    await new Promise(setImmediate)
    until = performance.now() + sliceMs
  }
}
