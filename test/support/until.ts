import { setTimeout as delay } from 'node:timers/promises'

/** Asks again until the answer is neither null, undefined nor false; gives it. Fails with `what` after a generous while. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = 20_000,
  everyMs = 20,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false)
      return answer as Exclude<T, null | undefined | false>
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`)
    await delay(everyMs)
  }
}
