/**
 * What ChirpStack 4 gives to payload decoders beside the language: `Buffer`, as in Node. Of it what decoders use: from, alloc,
 * concat, slices that share, toString and the numbers; writing is left out. The functions run inside the machine as their own text, so that
 * they may use nothing from outside themselves.
 */
export const bufferLibrary = (): string => `(${bufferGuest})((${encodingsGuest})(), ${readersGuest})`

function bufferGuest(
  { bytesOf, textOf }: ReturnType<typeof encodingsGuest>,
  addReaders: typeof readersGuest,
) {
  class Buffer extends Uint8Array {
    constructor(value: number | string | ArrayLike<number> | ArrayBuffer, ...rest: unknown[]) {
      if (typeof value === 'string') super(bytesOf(value, rest[0] as string | undefined))
      else super(value as ArrayBuffer, ...(rest as [number?, number?]))
    }

    override toString(encoding = 'utf8', start = 0, end = this.length): string {
      return textOf(this.subarray(start, end), encoding)
    }
  }

  const define = (target: object, name: string, value: unknown) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true })
  const { prototype } = Buffer
  define(prototype, 'slice', function (this: Buffer, start?: number, end?: number) {
    return this.subarray(start, end)
  })
  addReaders(prototype)
  const alloc = (length: number, fill = 0) => new Buffer(length).fill(fill)
  define(
    Buffer,
    'from',
    (value: string | ArrayLike<number>, ...rest: unknown[]) => new Buffer(value, ...rest),
  )
  define(Buffer, 'alloc', alloc)
  define(Buffer, 'allocUnsafe', alloc)
  define(Buffer, 'isBuffer', (value: unknown) => value instanceof Buffer)
  define(
    Buffer,
    'concat',
    (list: readonly Uint8Array[]) => new Buffer(list.flatMap((part) => Array.from(part))),
  )
  define(globalThis, 'Buffer', Buffer)
}

function encodingsGuest() {
  const bytesOf = (text: string, encoding = 'utf8'): ArrayLike<number> => {
    const name = encoding.toLowerCase()
    if (name === 'hex') return ofHex(text)
    if (name === 'base64' || name === 'base64url') return ofBase64(text)
    const isWide = name === 'utf8' || name === 'utf-8'
    const binary = isWide ? unescape(encodeURIComponent(text)) : text
    return Array.from(binary, (char) => char.charCodeAt(0) & 255)
  }
  const ofHex = (text: string) => {
    const bytes: number[] = []
    for (let at = 0; at + 1 < text.length; at += 2) {
      const byte = Number.parseInt(text.slice(at, at + 2), 16)
      if (Number.isNaN(byte)) break
      bytes.push(byte)
    }
    return bytes
  }
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const ofBase64 = (text: string) => {
    const bytes: number[] = []
    let bits = 0
    let held = 0
    for (const char of text.replace(/-/g, '+').replace(/_/g, '/')) {
      const six = ALPHABET.indexOf(char)
      if (six < 0) continue
      bits = ((bits << 6) | six) & 0xffff
      held += 6
      if (held < 8) continue
      held -= 8
      bytes.push((bits >> held) & 255)
    }
    return bytes
  }
  const toBase64 = (bytes: Uint8Array) => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 3) {
      const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
      const sum = (a << 16) | (b << 8) | c
      for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET.charAt((sum >> shift) & 63)
    }
    const missing = (3 - (bytes.length % 3)) % 3
    return text.slice(0, text.length - missing) + '='.repeat(missing)
  }
  const textOf = (bytes: Uint8Array, encoding: string): string => {
    const name = encoding.toLowerCase()
    if (name === 'hex') return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    if (name === 'base64') return toBase64(bytes)
    const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
    if (name !== 'utf8' && name !== 'utf-8') return binary
    try {
      return decodeURIComponent(escape(binary))
    } catch {
      return binary.replace(/[\x80-\xff]/g, '\ufffd')
    }
  }
  return { bytesOf, textOf }
}

function readersGuest(prototype: object) {
  const define = (target: object, name: string, value: unknown) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true })
  const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
    new DataView(buffer, byteOffset, byteLength)
  const KINDS = ['Int8', 'Uint8', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64', 'BigInt64']
  for (const kind of [...KINDS, 'BigUint64'])
    for (const isLittle of [false, true]) {
      const get = `get${kind}` as 'getInt16'
      const read = function (this: Uint8Array, at = 0) {
        return viewOf(this)[get](at, isLittle)
      }
      const short = kind.replace('Float32', 'Float').replace('Float64', 'Double')
      const order = kind.endsWith('8') ? '' : isLittle ? 'LE' : 'BE'
      define(prototype, `read${short}${order}`, read)
      define(prototype, `read${short.replace('Uint', 'UInt')}${order}`, read)
    }
  const readBytes = (bytes: Uint8Array, at: number, length: number, isLittle: boolean) => {
    if (at < 0 || length < 1 || length > 6 || at + length > bytes.length)
      throw new RangeError(`no ${length} bytes at ${at}`)
    const part = Array.from(bytes.subarray(at, at + length))
    return (isLittle ? part.reverse() : part).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  for (const isLittle of [false, true]) {
    const order = isLittle ? 'LE' : 'BE'
    const unsigned = function (this: Uint8Array, at: number, length: number) {
      return readBytes(this, at, length, isLittle)
    }
    define(prototype, `readUInt${order}`, unsigned)
    define(prototype, `readUint${order}`, unsigned)
    define(prototype, `readInt${order}`, function (this: Uint8Array, at: number, length: number) {
      const value = readBytes(this, at, length, isLittle)
      return value >= 2 ** (8 * length - 1) ? value - 2 ** (8 * length) : value
    })
  }
}
