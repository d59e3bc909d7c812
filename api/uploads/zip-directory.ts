import { inflateRawSync } from 'node:zlib'
import { FileFault } from './table.ts'

const UNZIPPED_BYTES_MAX = 64 * 1024 * 1024
const ENTRIES_MAX = 1000
const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const DEFLATED = 8

/** Throws FileFault unless the archive is what its directory says of it, and small enough when unpacked: a few kilobytes can
 *  hold gigabytes. (APPNOTE.TXT 6.3.10, §4.3.12 and §4.3.16.) */
export function checkZip(zip: Buffer): void {
  const entries = directoryOf(zip)
  let total = 0
  for (const { unzipped } of entries) total += unzipped
  if (entries.length > ENTRIES_MAX || total > UNZIPPED_BYTES_MAX)
    throw new FileFault(
      `the workbook is larger than ${UNZIPPED_BYTES_MAX / 1024 / 1024} MB when unpacked: delete what is not needed, or send CSV`,
    )
  for (const entry of entries) if (!isAsSaid(zip, entry)) throw damaged()
}

interface Entry {
  readonly method: number
  readonly zipped: number
  readonly unzipped: number
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
    entries.push({
      method: zip.readUInt16LE(at + 10),
      zipped: zip.readUInt32LE(at + 20),
      unzipped: zip.readUInt32LE(at + 24),
      offset: zip.readUInt32LE(at + 42),
    })
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function isAsSaid(zip: Buffer, { method, zipped, unzipped, offset }: Entry): boolean {
  if (offset + 30 > zip.length) return false
  const from = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28)
  if (from + zipped > zip.length) return false
  if (method !== DEFLATED) return method === 0 && zipped === unzipped
  try {
    const limit = { maxOutputLength: Math.max(1, unzipped) }
    return inflateRawSync(zip.subarray(from, from + zipped), limit).length === unzipped
  } catch {
    return false
  }
}
