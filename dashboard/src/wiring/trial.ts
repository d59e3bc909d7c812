import { signal } from '@preact/signals'
import { errorText } from '../state/asked.ts'
import { post, RequestError } from '../wire/client.ts'
import { bytesOf, type Encoding, editable, toBase64 } from './payload-bytes.ts'
import { go } from './route.ts'
import type { Judged } from './wire.ts'
import { w } from './words.ts'

export interface Trial {
  readonly text: string
  readonly encoding: Encoding
  /** Empty: what the profile of the device, or the topic, decides. */
  readonly format: string
  readonly topic: string
  readonly device: string
  readonly mapping: string
}

export type TrialResult =
  | { readonly at: 'none' }
  | { readonly at: 'fault'; readonly text: string }
  | { readonly at: 'judged'; readonly judged: Judged }

const FIRST: Trial = {
  text: '{"values": {"temperature": 27.4, "relative-humidity": 71}}',
  encoding: 'text',
  format: 'canonical',
  topic: '',
  device: '',
  mapping: '',
}
const MAPPING_START = '{"values": {"temperature": payload.temp}}'

/** What stands in the form; it stays while other tabs are looked at. */
export const trial = signal<Trial>(FIRST)

/** Turns to a mapping; where nothing was pasted yet, with a payload that shows what a mapping does. */
export function turnToMapping(): void {
  const { text, mapping } = trial.value
  changeTrial({
    format: 'mapping',
    ...(mapping === '' ? { mapping: MAPPING_START } : {}),
    ...(text === FIRST.text ? { text: '{"temp": 27.4}' } : {}),
  })
}

export function changeTrial(part: Partial<Trial>): void {
  trial.value = { ...trial.value, ...part }
}

/** Puts a message into the form, to be read as its sender's are. */
export function tryMessage(device: string, topic: string, payload: string): void {
  changeTrial({ ...editable(payload), device, topic, format: '' })
  go('try')
}

/** What the platform would make of it. */
export async function runTrial({
  text,
  encoding,
  format,
  topic,
  device,
  mapping,
}: Trial): Promise<TrialResult> {
  if (text.trim() === '') return { at: 'none' }
  const bytes = bytesOf(text, encoding)
  if (bytes === null) return { at: 'fault', text: w(encoding === 'hex' ? 'try.notHex' : 'try.notBase64') }
  try {
    const judged = await post<Judged>('/decode', {
      payload: toBase64(bytes),
      topic,
      ...(device === '' ? {} : { device }),
      ...(format === 'mapping' ? { mapping } : format === '' ? {} : { format }),
    })
    return { at: 'judged', judged }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return { at: 'fault', text: error.code === 'no_codec' ? w('try.noCodec') : errorText(error) }
  }
}
