import { type Graph, type GraphNode, RELATION_KINDS, type RelationKind } from '../wire/graph.ts'

/** Which end of the relation the others are at: what it feeds comes after it, what feeds it before. */
type Side = 'before' | 'after'

export interface Branch {
  readonly node: GraphNode
  readonly branches: readonly Branch[]
}

export interface RelationGroup {
  readonly kind: RelationKind
  readonly side: Side
  readonly branches: readonly Branch[]
}

/** What an entity hangs together with, by kind and direction, each as a tree. What is reached on two ways stands at the
 *  shorter one, once. */
export function relationGroups(id: string, graph: Graph): RelationGroup[] {
  const nodes = new Map(graph.items.map((node) => [node.id, node]))
  return RELATION_KINDS.flatMap((kind) => {
    const ends = graph.relations.filter((relation) => relation.kind === kind)
    return (['before', 'after'] as const)
      .map((side) => ({ kind, side, branches: treeFrom(id, nextOf(ends, side), nodes) }))
      .filter(({ branches }) => branches.length > 0)
  })
}

type Next = ReadonlyMap<string, readonly string[]>

function nextOf(relations: Graph['relations'], side: Side): Next {
  const next = new Map<string, string[]>()
  for (const { from, to } of relations) {
    const [here, there] = side === 'after' ? [from, to] : [to, from]
    next.set(here, [...(next.get(here) ?? []), there])
  }
  return next
}

function treeFrom(id: string, next: Next, nodes: ReadonlyMap<string, GraphNode>): Branch[] {
  const roots: Branch[] = []
  const seen = new Set([id])
  const open: { id: string; branches: Branch[] }[] = [{ id, branches: roots }]
  for (const { id: from, branches } of open)
    for (const to of next.get(from) ?? []) {
      const node = nodes.get(to)
      if (node === undefined || seen.has(to)) continue
      seen.add(to)
      const below: Branch[] = []
      branches.push({ node, branches: below })
      open.push({ id: to, branches: below })
    }
  return roots
}
