/**
 * The functions in this file run inside the machine, where they arrive as their own text: they may use nothing from
 * outside themselves. What they need of the language is taken before a script can replace it.
 */

/** Finds and calls a payload decoder. */
export function decoderGuest() {
  const { parse, stringify } = JSON
  // An indirect eval sees top-level `const` as well, which is no property of the global object.
  // biome-ignore lint/security/noGlobalEval: this is the inside of the sandbox
  const evaluate = globalThis.eval
  const { isArray } = Array
  const DateOf = Date
  const PromiseOf = Promise
  const ErrorOf = TypeError
  const FORMS = ['decodeUplink', 'Decoder', 'Decode']
  const TextOf = String
  const scope = globalThis as unknown as Record<string, unknown>
  const quiet = () => undefined
  scope.console = { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet, trace: quiet }
  const exported: Record<string, unknown> = {}
  scope.exports = exported
  scope.module = { exports: exported }

  type Call = (...args: unknown[]) => unknown
  let form = ''
  let decode: Call = quiet
  let normalize: Call | undefined

  const named = (name: string): Call | undefined => {
    const found = evaluate(`typeof ${name} === 'function' ? ${name} : undefined`) as Call | undefined
    if (found) return found
    const member = (scope.module as { exports?: Record<string, unknown> } | undefined)?.exports?.[name]
    return typeof member === 'function' ? (member as Call) : undefined
  }

  const listOf = (value: unknown) =>
    stringify(isArray(value) ? value : value === undefined || value === null ? [] : [value]) ?? '[]'

  const value = (result: unknown) => {
    if (result instanceof PromiseOf)
      throw new ErrorOf(`${form} gave a promise; it must give the value itself, without async`)
    return result
  }

  const normalized = (data: string): string => {
    if (!normalize) return ''
    try {
      const result = value(normalize({ data: parse(data) })) as Record<string, unknown> | undefined
      const text = stringify(result?.data) ?? 'null'
      return `,"normalized":${text},"notes":[${listOf(result?.warnings)},${listOf(result?.errors)}]`
    } catch (error) {
      // The decoder's own result is good: it must not be lost for its second form.
      return `,"notes":[[],[${stringify(TextOf(error))}]]`
    }
  }

  return {
    find() {
      // By index: iterating would ask the script's own idea of an iterator.
      for (let at = 0; at < FORMS.length; at++) {
        const name = FORMS[at] ?? ''
        const found = named(name)
        if (!found) continue
        form = name
        decode = found
        if (name === 'decodeUplink') normalize = named('normalizeUplink')
        return form
      }
      return ''
    },
    run(text: string) {
      const { bytes, fPort, recvTime } = parse(text)
      if (form === 'Decoder') return `{"data":${stringify(value(decode(bytes, fPort))) ?? 'null'}}`
      if (form === 'Decode') return `{"data":${stringify(value(decode(fPort, bytes, {}))) ?? 'null'}}`
      const input = { bytes, fPort, recvTime: new DateOf(recvTime), variables: {} }
      const result = value(decode(input)) as Record<string, unknown> | null | undefined
      const data = stringify(result?.data) ?? 'null'
      const errors = listOf(result?.errors)
      const lists = `"warnings":${listOf(result?.warnings)},"errors":${errors}`
      return `{"data":${data},${lists}${errors === '[]' && data !== 'null' ? normalized(data) : ''}}`
    },
    describe(thrown: unknown) {
      if (thrown === null) return '{"name":"null","message":"","stack":""}'
      const isObject = typeof thrown === 'object' || typeof thrown === 'function'
      const { name, message, stack } = (isObject ? thrown : { message: thrown }) as Record<string, unknown>
      // Piece by piece: an object of ours would listen to a toJSON that the script gave to all objects.
      const quoted = (part: unknown) => stringify(TextOf(part ?? ''))
      return `{"name":${quoted(name)},"message":${quoted(message)},"stack":${quoted(stack)}}`
    },
  }
}

/** Reads and evaluates a JSONata expression, by the library that was run before. */
export function mappingGuest() {
  interface Expression {
    evaluate(input: unknown): Promise<unknown>
    registerFunction(name: string, implementation: () => unknown): void
  }
  interface Failure {
    readonly code?: string
    readonly message?: string
    readonly position?: number
  }
  const { parse, stringify } = JSON
  const scope = globalThis as unknown as Record<string, unknown>
  const jsonata = scope.jsonata as (text: string, options: object) => Expression
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

  const btoa = (binary: string) => {
    let text = ''
    for (let at = 0; at < binary.length; at += 3) {
      const bits = [0, 1, 2].reduce((sum, n) => (sum << 8) | (binary.charCodeAt(at + n) & 255), 0)
      const chars = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('')
      const present = Math.min(3, binary.length - at) + 1
      text += chars.slice(0, present).padEnd(4, '=')
    }
    return text
  }
  const atob = (text: string) => {
    let binary = ''
    let bits = 0
    let count = 0
    for (const char of text.replace(/[\s=]/g, '')) {
      const value = ALPHABET.indexOf(char === '-' ? '+' : char === '_' ? '/' : char)
      if (value < 0) throw { message: 'the text is not Base64' }
      bits = ((bits << 6) | value) & 0xffff
      count += 6
      if (count < 8) continue
      count -= 8
      binary += String.fromCharCode((bits >> count) & 255)
    }
    return binary
  }
  // Where JSONata looks for the two; the interpreter has neither.
  scope.window = { atob, btoa }

  let expression: Expression | undefined
  let outcome: { text: string } | { error: unknown } | undefined

  // JSONata's own functions are functions or marked objects, which hold the whole environment.
  const plain = (_key: string, value: unknown) => {
    const marked = value as { _jsonata_lambda?: boolean; _jsonata_function?: boolean } | null | undefined
    return marked?._jsonata_lambda || marked?._jsonata_function ? undefined : value
  }

  return {
    /** Gives '' or what is wrong with the text. */
    compile(quoted: string) {
      try {
        expression = jsonata(parse(quoted), { stack: 500, sequence: 100_000 })
      } catch (error) {
        const { message, position } = error as Failure
        return `${position === undefined ? '' : `character ${position}: `}${message ?? error}`
      }
      expression.registerFunction('eval', () => {
        throw { code: 'eval', message: '$eval is not available' }
      })
      return ''
    },
    start(text: string) {
      expression
        ?.evaluate(parse(text))
        .then((value) => {
          outcome = { text: stringify(value, plain) ?? '' }
        })
        .catch((error) => {
          outcome = { error }
        })
      return ''
    },
    take() {
      if (!outcome) throw { message: 'the expression did not come to an end' }
      if ('error' in outcome) throw outcome.error
      return outcome.text
    },
    describe(thrown: unknown) {
      if (thrown === null) return '{"name":"null","message":"","stack":""}'
      const { code, message, position } = thrown as Failure
      const name = thrown instanceof Error ? thrown.name : ''
      const where = position === undefined ? '' : `character ${position}: `
      return stringify({ name, message: `${where}${message ?? code ?? thrown}`, stack: '' })
    },
  }
}
