import { effect, type ReadonlySignal, signal } from '@preact/signals'

/** Follows a signal, but changes at most once in `intervalMs`; the first change passes at once, the last always. */
export function throttled<T>(source: ReadonlySignal<T>, intervalMs: number): ReadonlySignal<T> {
  const slow = signal(source.peek())
  let timer: ReturnType<typeof setTimeout> | undefined
  const pass = (): void => {
    slow.value = source.peek()
    timer = setTimeout(() => {
      timer = undefined
      if (slow.peek() !== source.peek()) pass()
    }, intervalMs)
  }
  effect(() => {
    source.value
    if (timer === undefined) pass()
  })
  return slow
}
