const WASM_PAGE_BYTES = 65_536
const PAGE_BYTES = 4096
const ZEROES = new Uint8Array(PAGE_BYTES)
/** A longer run of zeroes is the C stack, which nobody reads before writing it. */
const STACK_BYTES_MIN = 1024 * 1024

/** As much of WebAssembly.Memory as is used here; the language's own library of types has it only with a browser's. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

export function newWasmMemory(firstBytes: number, bytesMax: number): WasmMemory {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (size: { initial: number; maximum: number }) => WasmMemory }
  }
  return new WebAssembly.Memory({
    initial: firstBytes / WASM_PAGE_BYTES,
    maximum: bytesMax / WASM_PAGE_BYTES,
  })
}

interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** The memory at one instant, as what differs from the base. */
export interface Image {
  readonly pieces: readonly Piece[]
  readonly bytes: number
}

/**
 * Puts a WebAssembly memory back to how it was. The base is the memory as it is given; images come on top of it.
 * What lies above an image's end is free to the allocator, which clears what it hands out as cleared.
 */
export class MemoryImages {
  readonly #memory: WasmMemory
  readonly #base: readonly Piece[]
  readonly #baseEnd: number

  constructor(memory: WasmMemory) {
    this.#memory = memory
    this.#baseEnd = this.#end()
    const [stackStart, stackEnd] = longestZeroes(this.#bytes().subarray(0, this.#baseEnd))
    const hasStack = stackEnd - stackStart >= STACK_BYTES_MIN
    this.#base = hasStack
      ? [this.#copy(0, stackStart), this.#copy(stackEnd, this.#baseEnd)]
      : [this.#copy(0, this.#baseEnd)]
  }

  restore(image: Image | undefined): void {
    const memory = this.#bytes()
    for (const { at, bytes } of this.#base) memory.set(bytes, at)
    if (image) for (const { at, bytes } of image.pieces) memory.set(bytes, at)
    // An image will be taken from here: it must not carry what earlier runs left, and should be small.
    else memory.fill(0, this.#baseEnd)
  }

  /** The memory as it is now, if the last restore was to the base. */
  capture(): Image {
    const pieces: Piece[] = []
    const memory = this.#bytes()
    for (const { at, bytes } of this.#base)
      for (let offset = 0; offset < bytes.length; offset += PAGE_BYTES) {
        const before = bytes.subarray(offset, offset + PAGE_BYTES)
        const start = at + offset
        if (Buffer.compare(before, memory.subarray(start, start + before.length)) !== 0)
          pieces.push(this.#copy(start, start + before.length))
      }
    const end = this.#end()
    if (end > this.#baseEnd) pieces.push(this.#copy(this.#baseEnd, end))
    return { pieces, bytes: pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  #copy(start: number, end: number): Piece {
    return { at: start, bytes: this.#bytes().slice(start, end) }
  }

  /** Behind the last page that holds anything. */
  #end(): number {
    const memory = this.#bytes()
    let end = memory.length
    while (end > 0 && Buffer.compare(memory.subarray(end - PAGE_BYTES, end), ZEROES) === 0) end -= PAGE_BYTES
    return end
  }

  /** A new view each time: the memory moves when it grows. */
  #bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer)
  }
}

/** In whole pages. */
function longestZeroes(memory: Uint8Array): [start: number, end: number] {
  let longest: [number, number] = [0, 0]
  let start = 0
  for (let at = 0; at < memory.length; at += PAGE_BYTES) {
    const isEmpty = Buffer.compare(memory.subarray(at, at + PAGE_BYTES), ZEROES) === 0
    if (!isEmpty) start = at + PAGE_BYTES
    else if (at + PAGE_BYTES - start > longest[1] - longest[0]) longest = [start, at + PAGE_BYTES]
  }
  return longest
}
