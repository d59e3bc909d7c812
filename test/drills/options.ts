import { parseArgs } from 'node:util'
import type { Drill, StoreKind } from './stage/drill.ts'

export interface Options {
  readonly drills: readonly Drill[]
  readonly stores: readonly StoreKind[]
  readonly isQuick: boolean
  readonly isList: boolean
}

/** `--only name[,name]`, `--store embedded|server`, `--list`, `--quick`. Throws a TypeError for anything else. */
export function readOptions(argv: string[], all: readonly Drill[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string' },
      store: { type: 'string' },
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  })
  const names = values.only?.split(',') ?? all.map(({ name }) => name)
  const unknown = names.filter((name) => !all.some((drill) => drill.name === name))
  if (unknown.length > 0) throw new TypeError(`--only: no drill is named ${unknown.join(', ')}; see --list`)
  return {
    drills: all.filter(({ name }) => names.includes(name)),
    stores: readStores(values.store),
    isQuick: values.quick,
    isList: values.list,
  }
}

export function readStores(text: string | undefined): StoreKind[] {
  if (text === undefined) return ['embedded', 'server']
  if (text === 'embedded' || text === 'server') return [text]
  throw new TypeError(`--store: got ${text}; takes embedded or server`)
}
