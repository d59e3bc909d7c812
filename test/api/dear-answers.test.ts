import { expect, it } from 'vitest'
import { DearAnswers } from '../../api/dear-answers.ts'

/** Answers that are given when the test says so. */
function asked() {
  const begun: string[] = []
  const givers = new Map<string, (answer: number) => void>()
  const ask = (key: string) => () => {
    begun.push(key)
    return new Promise<number>((resolve) => givers.set(key, resolve))
  }
  return { begun, ask, give: (key: string, answer: number) => givers.get(key)?.(answer) }
}

it('one is found out at a time, for all who ask for it; who comes when too many wait is told', async () => {
  const { begun, ask, give } = asked()
  const answers = new DearAnswers<number>({ waitingMax: 2, holdsMs: 60_000 })
  const [a, again, b] = ['a', 'a', 'b'].map((key) => answers.get(key, ask(key)))
  expect(await answers.get('c', ask('c'))).toBeNull()
  expect(begun).toEqual(['a'])
  give('a', 1)
  expect([await a, await again]).toEqual([1, 1])
  await expect.poll(() => begun).toEqual(['a', 'b'])
  give('b', 2)
  expect(await b).toBe(2)
  expect(await answers.get('a', ask('a'))).toBe(1)
  expect(begun).toEqual(['a', 'b'])
})

it('what failed is asked for again, and what does not hold any more', async () => {
  const answers = new DearAnswers<number>({ waitingMax: 1, holdsMs: 0 })
  await expect(answers.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await answers.get('a', async () => 1)).toBe(1)
  expect(await answers.get('a', async () => 2)).toBe(2)
})
