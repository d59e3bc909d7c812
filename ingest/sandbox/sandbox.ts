import { err, ok, type Result } from '../../core/result.ts'
import { LIMITS } from './limits.ts'
import { type DecoderForm, type ScriptFault, scriptFault } from './script-protocol.ts'
import { ScriptQueue } from './script-queue.ts'

export interface Uplink {
  readonly bytes: Uint8Array
  readonly fPort: number
  readonly recvTime: Date
}

export interface DecodedUplink {
  /** JSON as the script gave it: null where it gave nothing. */
  readonly data: unknown
  /** What `normalizeUplink` made of it, where the script has one and it succeeded. */
  readonly normalized?: unknown
  readonly warnings: readonly string[]
  /** The decoder's own words on the payload. Not a fault of the script. */
  readonly errors: readonly string[]
}

/** Runs programs that integrators wrote, in a thread and an interpreter of their own (see limits.ts). */
export interface Sandbox {
  /** Whether the text is a program with a decoder function: `decodeUplink(input)` of The Things Stack and ChirpStack 4,
   *  `Decoder(bytes, port)` of TTN 2, `Decode(fPort, bytes, variables)` of ChirpStack 3; the first of them counts. `Buffer` is there, as in
   *  ChirpStack 4; `require` and `import` are not. */
  checkDecoder(source: string): Promise<Result<{ readonly form: DecoderForm }, ScriptFault>>
  decode(source: string, uplink: Uplink): Promise<Result<DecodedUplink, ScriptFault>>
  checkMapping(expression: string): Promise<Result<null, ScriptFault>>
  /** The value of a JSONata expression for JSON `input`; undefined where the expression gives nothing. */
  map(expression: string, input: unknown): Promise<Result<unknown, ScriptFault>>
  close(): Promise<void>
}

/** A sandbox whose worker starts with the first request. */
export function createSandbox(): Sandbox {
  const queue = new ScriptQueue()
  const ask = async (kind: 'decoder' | 'mapping', source: string, input?: string) => {
    if (source.length > LIMITS.sourceChars)
      return err(
        scriptFault('source_too_large', `the program has more than ${LIMITS.sourceChars / 1024} KiB`),
      )
    if (input === undefined) return queue.ask({ kind, source })
    if (input.length > LIMITS.inputChars)
      return err(scriptFault('memory', 'the message is too large for a script'))
    return queue.ask({ kind, source, input })
  }
  return {
    async checkDecoder(source) {
      const result = await ask('decoder', source)
      return result.ok ? ok({ form: result.value as DecoderForm }) : result
    },
    async decode(source, { bytes, fPort, recvTime }) {
      const result = await ask('decoder', source, JSON.stringify({ bytes: [...bytes], fPort, recvTime }))
      return result.ok ? ok(readDecoded(result.value)) : result
    },
    async checkMapping(expression) {
      const result = await ask('mapping', expression)
      return result.ok ? ok(null) : result
    },
    async map(expression, input) {
      const result = await ask('mapping', expression, JSON.stringify(input) ?? 'null')
      if (!result.ok) return result
      return ok(result.value === '' ? undefined : JSON.parse(result.value))
    },
    close: () => queue.close(),
  }
}

/** JSON.parse makes own properties of all names, `__proto__` too: nothing a script gives reaches a prototype of ours. */
function readDecoded(text: string): DecodedUplink {
  const { data, normalized, warnings, errors, notes } = JSON.parse(text) as Record<string, unknown>
  const [normalizeWarnings, normalizeErrors] = Array.isArray(notes) ? notes : []
  const normalizeFailed = linesOf(normalizeErrors).map((line) => `normalizeUplink: ${line}`)
  return {
    data,
    ...(normalized === undefined || normalizeFailed.length > 0 ? {} : { normalized }),
    warnings: [...linesOf(warnings), ...linesOf(normalizeWarnings), ...normalizeFailed],
    errors: linesOf(errors),
  }
}

const LINES_MAX = 100

const linesOf = (list: unknown): string[] =>
  (Array.isArray(list) ? list : [])
    .slice(0, LINES_MAX)
    .map((line) => scriptFault('threw', typeof line === 'string' ? line : JSON.stringify(line)).detail)
