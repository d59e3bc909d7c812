import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Figure } from '../figure.ts'
import type { PeriodInputs } from '../inputs.ts'

const zip = promisify(gzip)
const unzip = promisify(gunzip)
/** Other work gets its turn after so many. */
const ITEMS_AT_ONCE = 500

/** JSON without spaces, members by their names and lists by the text of their items: every list of the inputs is a set, so the
 *  same inputs have the same bytes in whatever order they were read. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).sort().join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

/** canonicalJson of the inputs, as bytes, made in slices: they may be many. */
export async function canonicalInputs(inputs: PeriodInputs): Promise<Buffer> {
  const members: string[] = []
  for (const [name, value] of Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) continue
    const text = Array.isArray(value)
      ? `[${(await canonicalItems(value)).sort().join(',')}]`
      : canonicalJson(value)
    members.push(`${JSON.stringify(name)}:${text}`)
  }
  return Buffer.from(`{${members.join(',')}}`)
}

async function canonicalItems(items: readonly unknown[]): Promise<string[]> {
  const texts: string[] = []
  for (const item of items) if (texts.push(canonicalJson(item)) % ITEMS_AT_ONCE === 0) await turn()
  return texts
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** SHA-256, hex, over a line of canonical JSON for each figure, in canonical order (order.ts). */
export async function figuresSha256(figures: readonly Figure[]): Promise<string> {
  const hash = createHash('sha256')
  for (const [i, figure] of figures.entries()) {
    hash.update(`${canonicalJson(figure)}\n`)
    if (i % ITEMS_AT_ONCE === 0) await turn()
  }
  return hash.digest('hex')
}

/** One digest for those of several periods: SHA-256 over canonical JSON, `{"<period>":"<hex>",…}`. */
export const digestOfPeriods = (digests: ReadonlyMap<string, string>): string =>
  sha256(canonicalJson(Object.fromEntries(digests)))

export const zipped = (bytes: string | Uint8Array): Promise<Buffer> => zip(bytes)
export const unzipped = (bytes: Uint8Array): Promise<Buffer> => unzip(bytes)
