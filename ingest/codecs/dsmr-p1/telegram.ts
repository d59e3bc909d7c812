/** One data line of a telegram: `1-0:1.8.1(000123.456*kWh)`. */
export interface CosemObject {
  /** `1-0:1.8.1`. */
  readonly code: string
  /** What stands between brackets, in order. */
  readonly groups: readonly string[]
}

export interface Telegram {
  readonly objects: readonly CosemObject[]
  /** True where a checksum is there and fits; false where it does not; undefined where there is none (DSMR 2 and 3). */
  readonly isIntact: boolean | undefined
}

/** Why a text is no telegram. */
export type TelegramFault = { readonly fault: string }

const LINES_MAX = 500

/** Takes a P1 telegram apart (IEC 62056-21 §6 mode D; DSMR P1 companion standard 5.0.2 §6.2): from `/` to `!`, then four hex
 *  digits of CRC16 over all of it, both marks included. */
export function parseTelegram(text: string): Telegram | TelegramFault {
  const start = text.indexOf('/')
  if (start < 0) return { fault: 'no line begins with /: this is no P1 telegram' }
  const end = endOf(text, start)
  if (end === undefined) return { fault: 'the telegram has no last line with !: it was cut' }
  const lines = joined(text.slice(start, end).split(/\r\n|\r|\n/))
  if (lines.length > LINES_MAX) return { fault: `more than ${LINES_MAX} lines` }
  const objects = lines.flatMap((line) => objectOf(line) ?? [])
  const crc = /^![0-9A-Fa-f]{4}(?![0-9A-Fa-f])/.exec(text.slice(end, end + 6))?.[0].slice(1)
  return { objects, isIntact: crc === undefined ? undefined : isIntact(text.slice(start, end + 1), crc) }
}

/** The place of the `!` that begins a line: a text message may hold others. */
function endOf(text: string, start: number): number | undefined {
  for (let at = text.indexOf('!', start); at >= 0; at = text.indexOf('!', at + 1))
    if (text[at - 1] === '\n' || text[at - 1] === '\r') return at
  return undefined
}

/** In DSMR 2 and 3 a gas value stands on a line of its own below the object's. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const line of lines.slice(0, LINES_MAX + 1)) {
    const last = whole.length - 1
    if (line.startsWith('(') && last >= 0) whole[last] += line
    else whole.push(line)
  }
  return whole
}

function objectOf(line: string): CosemObject | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  const code = line.slice(0, Math.max(open, 0)).trim()
  // The last of the six groups of a code (255, or a storage) is left out by most and changes nothing here.
  const short = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:[.*]255)?$/.exec(code)?.[1]
  return short === undefined || close < open
    ? undefined
    : { code: short, groups: line.slice(open + 1, close).split(')(') }
}

/** A gateway that reads lines may have changed their ends; the meter reckons with CR and LF. */
function isIntact(body: string, crc: string): boolean {
  const wanted = Number.parseInt(crc, 16)
  return crc16(body) === wanted || crc16(body.replace(/\r\n|\r|\n/g, '\r\n')) === wanted
}

/** CRC16 of DSMR: polynomial x16 + x15 + x2 + 1, least significant bit first, from 0, no final XOR. */
export function crc16(text: string): number {
  let crc = 0
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}
