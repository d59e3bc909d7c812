import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { quantities } from '../state/catalogue.ts'
import { serverNowMs } from '../state/clock.ts'
import { get, RequestError } from '../wire/client.ts'
import type { Entity } from '../wire/entity.ts'
import { quantityOf } from './quantities.ts'

/** By type and quantity. What follows from an entity's own values is computed for the past too; of what follows from others
 *  beside it only the present is known. */
const histories = signal<ReadonlyMap<string, boolean>>(new Map())

const asking = new Set<string>()
const RECENT_MS = 60_000

/** Those derived values that have a history; asked for once, for the catalogue does not tell. */
export function useDerivedHistory({ id, type, derived }: Entity): string[] {
  const kindOf = (key: string): string => `${type} ${quantityOf(key)}`
  const keys = Object.keys(derived).filter((key) => quantities.value.get(quantityOf(key))?.kind === 'measure')
  const unknown = keys.filter((key) => !histories.value.has(kindOf(key)))
  useEffect(() => {
    for (const key of unknown) void ask(id, key, kindOf(key))
  }, [id, unknown.join()])
  return keys.filter((key) => histories.value.get(kindOf(key)))
}

async function ask(id: string, quantity: string, kind: string): Promise<void> {
  if (asking.has(kind)) return
  asking.add(kind)
  const note = (has: boolean): void => {
    histories.value = new Map(histories.value).set(kind, has)
  }
  const from = new Date(serverNowMs() - RECENT_MS).toISOString()
  try {
    await get(`/entities/${encodeURIComponent(id)}/observations`, { quantity, from, limit: 1 })
    note(true)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.code === 'derived_not_stored') note(false)
  } finally {
    asking.delete(kind)
  }
}
