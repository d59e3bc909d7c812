import type { Result } from '../core/result.ts'

/** Why a program of an integrator gave nothing. */
interface ScriptFault {
  readonly code: string
  readonly detail: string
}

export interface Decoding {
  readonly data: unknown
  /** In the vocabulary of The Things Stack, where the decoder can say it so. */
  readonly normalized?: unknown
  readonly errors: readonly string[]
}

/** What runs the programs of profiles and mappings, apart from the platform. */
export interface Scripts {
  checkDecoder(source: string): Promise<Result<unknown, ScriptFault>>
  checkMapping(expression: string): Promise<Result<unknown, ScriptFault>>
  decode(
    source: string,
    input: { readonly bytes: Uint8Array; readonly fPort: number; readonly recvTime: Date },
  ): Promise<Result<Decoding, ScriptFault>>
  map(expression: string, input: MappingInput): Promise<Result<unknown, ScriptFault>>
}

/** What a mapping sees of a message. */
interface MappingInput {
  readonly topic: string
  /** The levels of the topic. */
  readonly levels: readonly string[]
  /** JSON where the payload is JSON, else its text, else null. */
  readonly payload: unknown
  readonly device: string
  readonly receivedAt: string
}
