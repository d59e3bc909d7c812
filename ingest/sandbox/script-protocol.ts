import type { Result } from '../../core/result.ts'

/** Why a script gave nothing. `busy` alone says nothing about the script: ask again later. */
export interface ScriptFault {
  readonly code:
    | 'syntax'
    | 'no_function'
    | 'threw'
    | 'timeout'
    | 'memory'
    | 'source_too_large'
    | 'output_too_large'
    | 'crashed'
    | 'busy'
  /** Printable, at most 200 characters, with the line where it is known. */
  readonly detail: string
}

export type DecoderForm = 'decodeUplink' | 'Decoder' | 'Decode'

/** Main thread → worker. Without `input` the program is only read. */
export interface ScriptRequest {
  readonly id: number
  readonly kind: 'decoder' | 'mapping'
  readonly source: string
  readonly input?: string
}

/** Worker → main thread, in the order of the requests; id 0 says that the worker is ready. */
export interface ScriptReply {
  readonly id: number
  /** JSON text (empty for JSONata's "nothing"), or the form of a decoder that was only read. */
  readonly result: Result<string, ScriptFault>
}

const DETAIL_CHARS_MAX = 200

/** A fault whose detail may hold anything a script wrote. */
export function scriptFault(code: ScriptFault['code'], detail: string): ScriptFault {
  const printable = detail.slice(0, DETAIL_CHARS_MAX).toWellFormed().replace(/\p{C}/gu, '\ufffd')
  return { code, detail: printable.slice(0, DETAIL_CHARS_MAX) }
}
