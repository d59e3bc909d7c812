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

  it('is bounded in bytes as well, for one sender and for all', () => {
    const memories = new Memories()
    const big = () => ({ metrics: Array.from({ length: 1000 }, (_, i) => ({ name: `metric ${i}` })) })
    for (let i = 0; i < 500; i++) memories.at('greedy', i).set(`birth ${i}`, big())
    expect(memories.bytes).toBeLessThan(9 * 1024 * 1024)
    expect(memories.at('greedy', 1e9).get('birth 499')).toBeDefined()
    expect(memories.at('greedy', 1e9).get('birth 0')).toBeUndefined()
    memories.at('greedy', 1e9).set('text', 'x'.repeat(64 * 1024 * 1024))
    expect(memories.bytes).toBeLessThan(9 * 1024 * 1024)
    for (let i = 0; i < 60; i++)
      for (let n = 0; n < 7; n++) memories.at(`gw ${i}`, n).set(`text ${n}`, 'x'.repeat(512 * 1024))
    expect(memories.bytes).toBeLessThanOrEqual(256 * 1024 * 1024)
    expect(memories.at('gw 59', 10).get('text 6')).toBeDefined()
    expect(memories.at('gw 0', 10).get('text 6')).toBeUndefined()
  })

  it('a message that is read again neither overrides what came after it, nor learns nothing', () => {
    const memories = new Memories()
    memories.at('gw', 20).set('node', 'second birth')
    memories.at('gw', 10, true).set('node', 'first birth')
    expect(memories.at('gw', 30).get('node')).toBe('second birth')
    expect(memories.at('gw', 12, true).get('node')).toBe('first birth')
    expect(memories.at('gw', 5, true).get('node')).toBe('first birth')
    expect(memories.at('gw', 5).get('node')).toBeUndefined()
  })
})
