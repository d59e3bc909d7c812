import { describe, expect, it } from 'vitest'
import { err, ok, type Result } from '../../core/result.ts'
import { GuardedScripts } from '../../ingest/guarded-scripts.ts'
import type { Decoding, Scripts } from '../../ingest/scripts.ts'

type Answer = Result<Decoding, { code: string; detail: string }>

const FINE: Answer = ok({ data: {}, errors: [] })
const HUNG: Answer = err({ code: 'timeout', detail: 'stopped' })
const INPUT = { bytes: new Uint8Array(), fPort: 1, recvTime: new Date(0) }

/** A sandbox that gives these answers, one after another. */
function scripted(answers: Answer[]): { scripts: GuardedScripts; runs(): number; pass(ms: number): void } {
  let nowMs = 0
  let runs = 0
  const never = async () => err({ code: 'busy', detail: '' })
  const inner: Scripts = {
    checkDecoder: never,
    checkMapping: never,
    map: never,
    async decode() {
      runs++
      return answers.shift() ?? FINE
    },
  }
  return {
    scripts: new GuardedScripts(inner, () => nowMs),
    runs: () => runs,
    pass: (ms) => {
      nowMs += ms
    },
  }
}

const codeOf = (answer: Answer) => (answer.ok ? 'fine' : answer.error.code)

describe('a program', () => {
  it('that was stopped three times in a row is not run again for a minute', async () => {
    const { scripts, runs, pass } = scripted([HUNG, HUNG, HUNG, HUNG])
    const codes: string[] = []
    for (let i = 0; i < 5; i++) codes.push(codeOf(await scripts.decode('bad', INPUT)))
    expect(codes).toEqual(['timeout', 'timeout', 'timeout', 'suspended', 'suspended'])
    expect(runs()).toBe(3)
    expect(codeOf(await scripts.decode('good', INPUT))).toBe('timeout')
    pass(60_001)
    expect(codeOf(await scripts.decode('bad', INPUT))).toBe('fine')
    expect(codeOf(await scripts.decode('bad', INPUT))).toBe('fine')
  })

  it('that was stopped now and then goes on', async () => {
    const { scripts } = scripted([HUNG, HUNG, FINE, HUNG, HUNG, FINE])
    const codes: string[] = []
    for (let i = 0; i < 6; i++) codes.push(codeOf(await scripts.decode('slow', INPUT)))
    expect(codes.filter((code) => code === 'suspended')).toEqual([])
  })

  it('waits where there is no room', async () => {
    const busy: Answer = err({ code: 'busy', detail: 'full' })
    const { scripts, runs } = scripted([busy, busy, FINE])
    expect(codeOf(await scripts.decode('any', INPUT))).toBe('fine')
    expect(runs()).toBe(3)
  })
})
