import { describe, expect, it } from 'vitest'
import { Memories } from '../../ingest/memory.ts'

describe('a memory', () => {
  it('tells what was known when a message came, not what came later', () => {
    const memories = new Memories()
    memories.at('gw', 10).set('node', 'first birth')
    memories.at('gw', 20).set('node', 'second birth')
    expect(memories.at('gw', 15).get('node')).toBe('first birth')
    expect(memories.at('gw', 25).get('node')).toBe('second birth')
    expect(memories.at('gw', 5).get('node')).toBeUndefined()
    memories.at('gw', 30).delete('node')
    expect(memories.at('gw', 31).get('node')).toBeUndefined()
    expect(memories.at('gw', 29).get('node')).toBe('second birth')
  })

  it('is one of each sender', () => {
    const memories = new Memories()
    memories.at('gw-1', 10).set('node', 1)
    expect(memories.at('gw-2', 11).get('node')).toBeUndefined()
  })

  it('is bounded: the keys of longest ago leave', () => {
    const memories = new Memories()
    for (let i = 0; i < 10_050; i++) memories.at('gw', i).set(`key ${i}`, i)
    expect(memories.at('gw', 1e9).get('key 0')).toBeUndefined()
    expect(memories.at('gw', 1e9).get('key 10049')).toBe(10_049)
  })
})
