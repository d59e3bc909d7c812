import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { NewRelation } from '../../../core/relation.ts'
import { Graph } from '../../../digital-twin/relations/graph.ts'

const names = fc.constantFrom(...'abcdefghij')
const feeds: fc.Arbitrary<NewRelation> = fc.record({ kind: fc.constant('feeds'), from: names, to: names })

/** Of any relations, those that may be, in their order. */
function built(wanted: readonly NewRelation[]): { graph: Graph; relations: NewRelation[] } {
  const graph = new Graph()
  const relations: NewRelation[] = []
  for (const relation of wanted) {
    if (graph.has(relation) || graph.loopOf(relation)) continue
    graph.add(relation)
    relations.push(relation)
  }
  return { graph, relations }
}

/** Who is reached from the sources when one lets nothing through, by trying until nothing changes. */
function supplied(relations: readonly NewRelation[], shut: string | null): Set<string> {
  const all = new Set(relations.flatMap(({ from, to }) => [from, to]))
  const fed = new Set([...all].filter((one) => !relations.some(({ to }) => to === one)))
  for (let before = -1; before !== fed.size; ) {
    before = fed.size
    for (const { from, to } of relations) if (fed.has(from) && from !== shut) fed.add(to)
  }
  return fed
}

describe('a graph', () => {
  it('never has a loop, whatever is asked of it', () => {
    fc.assert(
      fc.property(fc.array(feeds, { maxLength: 40 }), (wanted) => {
        const { graph, relations } = built(wanted)
        for (const { from } of relations) assert.ok(!graph.walk(from, 'after').has(from))
      }),
    )
  })

  it('says which way round a relation would close', () => {
    const { graph } = built([
      { kind: 'feeds', from: 'a', to: 'b' },
      { kind: 'feeds', from: 'b', to: 'c' },
    ])
    assert.deepEqual(graph.loopOf({ kind: 'feeds', from: 'c', to: 'a' }), ['c', 'a', 'b', 'c'])
    assert.deepEqual(graph.loopOf({ kind: 'feeds', from: 'a', to: 'a' }), ['a', 'a'])
    // Another kind is another graph.
    assert.equal(graph.loopOf({ kind: 'part-of', from: 'c', to: 'a' }), null)
  })

  it('forgets what is taken away', () => {
    fc.assert(
      fc.property(fc.array(feeds, { maxLength: 30 }), fc.nat(), (wanted, pick) => {
        const { graph, relations } = built(wanted)
        const [gone] = relations.length > 0 ? relations.splice(pick % relations.length, 1) : []
        if (!gone) return
        graph.remove(gone)
        const anew = built(relations).graph
        for (const name of 'abcdefghij') {
          assert.deepEqual(new Set(graph.after(name, 'feeds')), new Set(anew.after(name, 'feeds')))
          assert.deepEqual(new Set(graph.before(name, 'feeds')), new Set(anew.before(name, 'feeds')))
        }
      }),
    )
  })

  it('finds what loses supply as trying every way from every source does', () => {
    fc.assert(
      fc.property(fc.array(feeds, { maxLength: 30 }), names, (wanted, shut) => {
        const { graph, relations } = built(wanted)
        const before = supplied(relations, null)
        const after = supplied(relations, shut)
        const { lost, stillFed } = graph.impact(shut)
        const below = [...graph.walk(shut, 'after').keys()]
        assert.deepEqual(new Set(lost), new Set([...before].filter((one) => !after.has(one))))
        assert.deepEqual(new Set([...lost, ...stillFed]), new Set(below))
      }),
    )
  })
})
