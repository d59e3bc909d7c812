const END = 0x06054b50
const ENTRY = 0x02014b50
/** 1980-01-01, the first day that the format knows. */
const DOS_DATE = 0x0021

/** Sets the times of all entries of a ZIP file to one that never changes, in place: who writes workbooks stamps them with the
 *  moment, and the same figures must give the same bytes. Layout: APPNOTE.TXT 6.3, §4.3.7, §4.3.12, §4.3.16. */
export function withoutTimes(zip: Buffer): Buffer {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new RangeError('no ZIP file')
  let entry = zip.readUInt32LE(end + 16)
  for (let i = zip.readUInt16LE(end + 10); i > 0; i--) {
    if (zip.readUInt32LE(entry) !== ENTRY) throw new RangeError(`no entry at ${entry}`)
    const local = zip.readUInt32LE(entry + 42)
    stamp(zip, entry + 12)
    stamp(zip, local + 10)
    entry += 46 + zip.readUInt16LE(entry + 28) + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32)
  }
  return zip
}

function stamp(zip: Buffer, at: number): void {
  zip.writeUInt16LE(0, at)
  zip.writeUInt16LE(DOS_DATE, at + 2)
}
