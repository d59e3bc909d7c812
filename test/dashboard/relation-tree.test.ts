import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Branch, relationGroups } from '../../dashboard/src/entity/relation-tree.ts'

const node = (id: string) => ({ id, type: 'valve', name: null, area: null })
const graph = (...edges: [kind: 'feeds' | 'measures', from: string, to: string][]) => ({
  items: [...new Set(edges.flatMap(([, from, to]) => [from, to]))].map(node),
  relations: edges.map(([kind, from, to]) => ({ kind, from, to })),
  truncated: false,
})
type Names = (string | [string, Names])[]
const names = (branches: readonly Branch[]): Names =>
  branches.map(({ node, branches }) => (branches.length === 0 ? node.id : [node.id, names(branches)]))

describe('what an entity hangs together with', () => {
  it('is grouped by relation and direction, each as a tree', () => {
    const found = relationGroups(
      'zone',
      graph(
        ['feeds', 'valve', 'meter'],
        ['feeds', 'meter', 'zone'],
        ['feeds', 'zone', 'house-1'],
        ['feeds', 'zone', 'house-2'],
        ['measures', 'gauge', 'zone'],
      ),
    )
    assert.deepEqual(
      found.map(({ kind, side, branches }) => [kind, side, names(branches)]),
      [
        ['feeds', 'before', [['meter', ['valve']]]],
        ['feeds', 'after', ['house-1', 'house-2']],
        ['measures', 'before', ['gauge']],
      ],
    )
  })

  it('stands once where two ways lead to it, at the shorter one', () => {
    const [group] = relationGroups('a', graph(['feeds', 'a', 'b'], ['feeds', 'b', 'c'], ['feeds', 'a', 'c']))
    assert.deepEqual(names(group?.branches ?? []), ['b', 'c'])
  })

  it('is whole: everything that can be reached stands in it once', () => {
    const edge = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 25 }), (edges) => {
        const feeding = edges.map(([a, b]) => ['feeds', `n${a}`, `n${a + b}`] as ['feeds', string, string])
        const [after] = relationGroups('n0', graph(...feeding)).filter(({ side }) => side === 'after')
        const reached = new Set(['n0'])
        for (let before = 0; before !== reached.size; ) {
          before = reached.size
          for (const [, from, to] of feeding) if (reached.has(from)) reached.add(to)
        }
        const shown = names(after?.branches ?? []).flat(20) as string[]
        assert.deepEqual(['n0', ...shown].sort(), [...reached].sort())
      }),
    )
  })
})
