import { isDeepStrictEqual } from 'node:util'
import type { DecoderExample } from '../store/profiles.ts'
import type { Scripts } from './scripts.ts'

/** Runs a decoder's own examples; a sentence for each one that does not give what it says. */
export async function runExamples(
  scripts: Scripts,
  decoder: string,
  examples: readonly DecoderExample[],
): Promise<string[]> {
  const faults: string[] = []
  for (const [i, { name, fPort, bytes, data }] of examples.entries()) {
    const label = name || `example ${i + 1}`
    const input = { bytes: Buffer.from(bytes, 'hex'), fPort, recvTime: new Date(0) }
    const result = await scripts.decode(decoder, input)
    if (!result.ok) faults.push(`${label}: ${result.error.detail}`)
    else if (result.value.errors.length > 0) faults.push(`${label}: ${result.value.errors.join(', ')}`)
    else if (!isDeepStrictEqual(result.value.data, data))
      faults.push(`${label}: gives ${JSON.stringify(result.value.data)}, and not ${JSON.stringify(data)}`)
  }
  return faults
}
