import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { readOptions } from '../../bench/options.ts'

const partsOf = (...argv: string[]) => [...readOptions(argv).parts]

describe('the options of the bench', () => {
  it('take every part but the growth, unless it is asked for', () => {
    assert.deepEqual(partsOf(), ['wire', 'stream', 'idle', 'reads', 'memory'])
    assert.ok(partsOf('--growth').includes('growth'))
    assert.deepEqual(partsOf('--only', 'growth'), ['growth'])
    assert.deepEqual(partsOf('--only', 'idle,reads'), ['idle', 'reads'])
  })

  it('refuse what they do not know', () => {
    assert.throws(() => partsOf('--only', 'idle,speed'), /got speed; takes some of wire,/)
    assert.throws(() => readOptions(['--seconds', '0']), /takes a number above 0/)
    assert.throws(() => readOptions(['--fast']), TypeError)
  })

  it('do not let a quick look overwrite the plot of the docs', () => {
    assert.equal(readOptions([]).plot, 'docs/growth.svg')
    assert.doesNotMatch(readOptions(['--quick']).plot, /docs/)
    assert.equal(readOptions(['--quick', '--plot', 'a.svg']).plot, 'a.svg')
  })
})
