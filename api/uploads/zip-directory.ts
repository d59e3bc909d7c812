import { inflateRawSync } from 'node:zlib'
import { FileFault } from './table.ts'

const UNZIPPED_BYTES_MAX = 64 * 1024 * 1024
const ENTRIES_MAX = 1000
const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const DEFLATED = 8

/** The files of an archive. Throws FileFault unless it is what its directory says of it, and small enough when unpacked: a few
 *  kilobytes can hold gigabytes. (APPNOTE.TXT 6.3.10, §4.3.12 and §4.3.16.) */
export function unzipped(zip: Buffer): ReadonlyMap<string, Buffer> {
  const entries = directoryOf(zip)
  let total = 0
  for (const { size } of entries) total += size
  if (entries.length > ENTRIES_MAX || total > UNZIPPED_BYTES_MAX)
    throw new FileFault(
      `the workbook is larger than ${UNZIPPED_BYTES_MAX / 1024 / 1024} MB when unpacked: delete what is not needed, or send CSV`,
    )
  return new Map(entries.map((entry) => [entry.name, contentOf(zip, entry)]))
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly zippedSize: number
  readonly size: number
  readonly offset: number
}

const damaged = () => new FileFault('the workbook is damaged: open it and save it again as .xlsx')

function directoryOf(zip: Buffer): Entry[] {
  const first = Math.max(0, zip.length - END_BYTES - COMMENT_BYTES_MAX)
  let end = zip.length - END_BYTES
  while (end >= first && zip.readUInt32LE(end) !== END) end--
  if (end < first) throw damaged()
  const entries: Entry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 8); left > 0; left--) {
    if (at + 46 > end || zip.readUInt32LE(at) !== ENTRY) throw damaged()
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28)
    entries.push({
      name: zip.toString('utf8', at + 46, nameEnd),
      method: zip.readUInt16LE(at + 10),
      zippedSize: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    })
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function contentOf(zip: Buffer, { method, zippedSize, size, offset }: Entry): Buffer {
  if (offset + 30 > zip.length) throw damaged()
  const from = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  const bytes = zip.subarray(from, from + zippedSize)
  const content = method === DEFLATED ? inflated(bytes, size) : method === 0 ? bytes : null
  if (bytes.length !== zippedSize || content?.length !== size) throw damaged()
  return content
}

function inflated(bytes: Buffer, size: number): Buffer | null {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) })
  } catch {
    return null
  }
}
