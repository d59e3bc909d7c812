import type { Quality } from '../../../core/message.ts'
import type { Micros } from '../../../core/time.ts'
import { type DerivedDocument, derivedOf } from '../../../digital-twin/derive.ts'
import { MODELS } from '../../../digital-twin/models/index.ts'
import { Graph } from '../../../digital-twin/relations/graph.ts'
import { EMPTY_STATE, reduce } from '../../../digital-twin/twin-state.ts'
import type { Entity } from '../../../store/device.ts'

export const NOW: Micros = Date.UTC(2026, 2, 1) * 1000

type Told = number | { readonly value: number; readonly ageS?: number; readonly quality?: Quality }

export interface Thing {
  readonly type: string
  readonly told?: Readonly<Record<string, Told>>
  readonly attributes?: Readonly<Record<string, number>>
}

/** What follows for one of some things, which stand beside each other as the edges (feeder, fed) say. */
export function derivedIn(
  things: Readonly<Record<string, Thing>>,
  feeds: readonly (readonly [string, string])[],
  id: string,
): Readonly<Record<string, DerivedDocument>> {
  const graph = new Graph()
  for (const [from, to] of feeds) graph.add({ kind: 'feeds', from, to })
  const of = (one: string) => {
    const thing = things[one]
    return thing ? { entity: entityOf(one, thing), state: stateOf(thing) } : null
  }
  const own = of(id)
  if (!own) throw new Error(`no thing ${id}`)
  const intervalS = ({ type }: Entity): number => MODELS.get(type)?.intervalS ?? 300
  return derivedOf(own.entity, own.state, { neighbours: graph, now: NOW, of, intervalS })
}

function entityOf(id: string, { type, attributes = {} }: Thing): Entity {
  return { id, type, area: null, lat: null, lon: null, name: null, attributes }
}

function stateOf({ told = {} }: Thing) {
  return Object.entries(told).reduce((state, [key, one]) => {
    const { value, ageS = 10, quality = 'good' } = typeof one === 'number' ? { value: one } : one
    const [quantity = '', channel = ''] = key.split('/')
    const time = NOW - ageS * 1_000_000
    return reduce(state, {
      type: 'observed',
      quantity,
      channel,
      value,
      label: null,
      time,
      quality,
      device: 'd',
    })
  }, EMPTY_STATE)
}
