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
