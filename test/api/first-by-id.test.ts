import { describe, expect, it } from 'vitest'
import { firstById } from '../../api/first-by-id.ts'

describe('the first by id', () => {
  it('are those that sorting all would give', async () => {
    const items = Array.from({ length: 50_000 }, (_, i) => ({ id: `d${(i * 7919) % 50_000}` }))
    const wanted = ({ id }: { id: string }) => !id.endsWith('3')
    const sorted = items.filter(wanted).sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const limit of [1, 2, 101, 60_000])
      expect(await firstById(items, limit, wanted)).toEqual(sorted.slice(0, limit))
  })

  it('lets others have their turn', async () => {
    let turns = 0
    const counting = setInterval(() => turns++, 0)
    function* many() {
      for (let i = 0; i < 2_000_000; i++) yield { id: String(i) }
    }
    await firstById(many(), 10, () => true)
    clearInterval(counting)
    expect(turns).toBeGreaterThan(1)
  })
})
