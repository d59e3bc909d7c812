/** Microseconds from 1970 to 2000, where PostgreSQL's binary timestamps begin. */
export const POSTGRES_EPOCH_US = 946_684_800_000_000
export const TWO_32 = 2 ** 32
// Signature, flags and an empty header extension (PostgreSQL documentation, COPY, 'Binary Format').
const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER_BYTES = 2

/** Writes rows in the binary format of COPY into one growing block of memory. Each field is its length and its bytes. */
export class CopyWriter {
  #bytes: Buffer<ArrayBuffer>
  #at: number

  /** With room for so many bytes; it grows when they are not enough. */
  constructor(bytes: number) {
    // Not from the shared pool: the block is handed to another thread whole.
    this.#bytes = Buffer.from(new ArrayBuffer(HEAD.length + bytes + TRAILER_BYTES))
    this.#at = HEAD.copy(this.#bytes)
  }

  /** Begins a row; `bytesMax` is what its fields need at most, their lengths included. */
  row(fields: number, bytesMax: number): void {
    const needed = this.#at + 2 + bytesMax + TRAILER_BYTES
    if (needed > this.#bytes.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(needed, this.#bytes.length * 2)))
      this.#bytes.copy(larger, 0, 0, this.#at)
      this.#bytes = larger
    }
    this.#at = this.#bytes.writeInt16BE(fields, this.#at)
  }

  /** int8, from a whole number below 2^53. */
  int8(value: number): void {
    const high = Math.floor(value / TWO_32)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeInt32BE(high, this.#at)
    this.#at = this.#bytes.writeUInt32BE(value - high * TWO_32, this.#at)
  }

  /** timestamptz, from microseconds since 1970. */
  timestamp(micros: number): void {
    this.int8(micros - POSTGRES_EPOCH_US)
  }

  float8(value: number): void {
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeDoubleBE(value, this.#at)
  }

  null(): void {
    this.#at = this.#bytes.writeInt32BE(-1, this.#at)
  }

  /** text, or an enum's label. */
  text(value: string): void {
    const bytes = this.#bytes.write(value, this.#at + 4)
    this.#bytes.writeInt32BE(bytes, this.#at)
    this.#at += 4 + bytes
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#at = this.#bytes.writeInt16BE(-1, this.#at)
    return new Uint8Array(this.#bytes.buffer, 0, this.#at)
  }
}
