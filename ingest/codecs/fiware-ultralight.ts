import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { textOf } from '../json.ts'
import { measureOf, readTimeInstant } from './fiware/measures.ts'
import { agentTopicOf } from './fiware/topics.ts'

/**
 * FIWARE IoT Agent for UltraLight 2.0 (iotagent-ul, User & Programmers Manual, "Measure payload syntax"): `t|15|k|abc`, groups
 * joined by `#`, each with an optional time in front (`2026-01-02T03:00:00Z|t|15`), on `/ul/<apikey>/<device>/attrs`; one
 * bare value on `…/attrs/<measure>`. A time that is none is a key without a value, and spoils its group alone. Results of
 * commands (`device@command|result`) and requests for configuration are life cycle. What a measure is says the device's
 * profile, or the vocabulary. The older topic without `ul` is that of JSON too: there the profile chooses.
 */
export const fiwareUltralight: Codec = {
  format: 'fiware-ultralight',
  matches: (topic) => agentTopicOf(topic)?.protocol === 'ul',
  decode(payload, topic, context) {
    const found = new Findings()
    const at = agentTopicOf(topic)
    const text = textOf(payload)
    if (at !== undefined && at.kind !== 'attrs') found.ignore('life_cycle')
    else if (text === undefined)
      found.reject('', 'wrong_shape', 'UltraLight is UTF-8 text: name|value|name|value')
    else if (at?.measure !== undefined)
      measureOf(found, context.rulesOf(at.device), at.measure, text.trim(), {
        path: '',
        source: at.device,
        time: undefined,
        isWhole: true,
      })
    else if (COMMAND_RESULT.test(text)) found.ignore('life_cycle')
    else readGroups(text, at?.device, found, context)
    return found.decoded()
  },
  examples: [
    {
      name: 'two groups, one with a time in front',
      topic: '/ul/key/meteo-1/attrs',
      payload: '2026-01-02T03:00:00Z|temperature|23|humidity|57#pm10|18',
      gives: {
        readings: [
          {
            path: '/0/temperature',
            source: 'meteo-1',
            quantity: 'temperature',
            channel: '',
            value: 23,
            unit: 'Cel',
            time: 1_767_322_800_000_000,
          },
          {
            path: '/0/humidity',
            source: 'meteo-1',
            quantity: 'relative-humidity',
            channel: '',
            value: 57,
            unit: '%',
            time: 1_767_322_800_000_000,
          },
          { path: '/1/pm10', source: 'meteo-1', quantity: 'pm10', channel: '', value: 18, unit: 'ug/m3' },
        ],
      },
    },
    {
      name: 'one measure as bare text',
      topic: 'ul/key/meteo-1/attrs/humidity',
      payload: '57',
      gives: {
        readings: [
          { path: '', source: 'meteo-1', quantity: 'relative-humidity', channel: '', value: 57, unit: '%' },
        ],
      },
    },
    {
      name: 'an unknown measure, and one without a value',
      topic: '/ul/key/meteo-1/attrs',
      payload: 'k|abc|temperature|',
      gives: { ignored: { unmapped: 1, null: 1 } },
    },
    {
      name: 'the result of a command',
      topic: '/ul/key/meteo-1/cmdexe',
      payload: 'meteo-1@ping|Ping ok',
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'a name without a value does not spoil the other group',
      topic: '/ul/key/meteo-1/attrs',
      payload: 'temperature#pm10|18',
      gives: {
        readings: [
          { path: '/1/pm10', source: 'meteo-1', quantity: 'pm10', channel: '', value: 18, unit: 'ug/m3' },
        ],
        rejections: [{ path: '/0', code: 'wrong_shape' }],
      },
    },
  ],
}

const COMMAND_RESULT = /^[^|#@]{1,200}@[^|#@]{1,200}\|/

function readGroups(text: string, source: string | undefined, found: Findings, context: CodecContext): void {
  const rules = context.rulesOf(source)
  for (const [i, group] of text.split('#').entries()) {
    if (found.isFull) return
    const path = `/${i}`
    const words = group.split('|').map((word) => word.trim())
    const hasTime = words.length % 2 === 1
    const time = readTimeInstant(hasTime ? words[0] : undefined)
    const isEmpty =
      words.length === 1 || words.some((word, at) => word === '' && at % 2 === (hasTime ? 1 : 0))
    if (time === null || isEmpty || (hasTime && time === undefined)) {
      found.reject(
        path,
        'wrong_shape',
        'a group is name|value pairs joined by |, with a time in front if any',
      )
      continue
    }
    for (let at = hasTime ? 1 : 0; at < words.length; at += 2) {
      if (found.isFull) return
      measureOf(found, rules, words[at] ?? '', words[at + 1] ?? '', { path, source, time })
    }
  }
}
