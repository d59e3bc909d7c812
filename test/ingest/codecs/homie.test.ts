import { describe, expect, it } from 'vitest'
import { homie } from '../../../ingest/codecs/homie.ts'
import { codecContext, RECEIVED_AT, senderContext } from '../../support/codec-context.ts'
import { decodeText, lines } from '../../support/decode-text.ts'
import { compare, samplesOf } from '../../support/samples.ts'

const rules = { 'light/power': { quantity: 'switch' }, 'meter/total': { quantity: 'water-volume' } }

/** What a sender says, message by message, and what was read of the last one. */
function say(...messages: [topic: string, payload: string][]) {
  const context = senderContext({ rules })
  const decoded = messages.map(([topic, payload], i) =>
    decodeText(homie, payload, topic, context(RECEIVED_AT + i)),
  )
  return decoded[decoded.length - 1] as (typeof decoded)[number]
}

describe('samples', () => {
  for (const sample of samplesOf('homie'))
    it(sample.file, () => {
      const decoded = homie.decode(sample.payload, sample.topic ?? '', codecContext({ rules }))
      const { wanted, found } = compare(sample, decoded, {
        temperature: { quantity: 'temperature', unit: 'Cel' },
        power: { quantity: 'switch', unit: '1' },
      })
      expect(found).toEqual(wanted)
      expect(decoded.readings).toHaveLength(sample.expect.length)
      if (sample.expect.length === 0) expect(decoded.ignored).toEqual({ life_cycle: 1 })
    })

  it('a car that starts is there; one that is removed is not', () => {
    const presence = (payload: string) => say(['homie/5/super-car/$state', payload]).presence
    expect(presence('init')).toEqual([{ source: 'super-car', kind: 'connected', reason: '$state init' }])
    expect(presence('')).toEqual([{ source: 'super-car', kind: 'disconnected', reason: 'removed' }])
    expect(presence('confused')).toBeUndefined()
  })
})

describe('version 5', () => {
  const describe5 = (properties: object): [string, string] => [
    'homie/5/dev/$description',
    JSON.stringify({ homie: '5.0', version: 1, name: 'd', nodes: { meter: { properties } } }),
  ]
  const total = (kind: object, payload: string) =>
    say(describe5({ total: kind }), ['homie/5/dev/meter/total', payload])

  it.each([
    ['L', 'L'],
    ['m³', 'm3'],
    ['gal', '[gal_us]'],
    ['ft³', '[cft_i]'],
    ['', undefined],
  ])('the unit %j of the description holds', (unit, ucum) => {
    const [reading] = total({ datatype: 'float', unit }, '12.5').readings
    expect([reading?.value, reading?.unit]).toEqual([12.5, ucum])
  })

  it('the datatype decides what a text is', () => {
    expect(total({ datatype: 'integer' }, '-12').readings[0]?.value).toBe(-12)
    expect(total({ datatype: 'boolean' }, 'true').readings[0]?.value).toBe(true)
    expect(total({ datatype: 'enum', format: 'a,true' }, 'true').readings[0]?.value).toBe('true')
    expect(total({ datatype: 'duration' }, 'PT1H1M1.5S').readings[0]).toMatchObject({
      value: 3661.5,
      unit: 's',
    })
    expect(total({ datatype: 'color' }, 'rgb,1,2,3').ignored).toEqual({ unmapped: 1 })
  })

  it.each([
    ['integer', '1.5'],
    ['integer', '-'],
    ['integer', ' 1'],
    ['float', 'Infinity'],
    ['float', '1,5'],
    ['boolean', 'TRUE'],
    ['duration', 'PT'],
  ])('%s %j is refused', (datatype, payload) =>
    expect(total({ datatype }, payload).rejections.map(({ code }) => code)).toEqual(['wrong_type']),
  )

  it('an enum has only what its format lists', () => {
    const mode = (payload: string) =>
      say(
        ['homie/dev/light/power/$datatype', 'enum'],
        ['homie/dev/light/power/$format', 'on,off'],
        ['homie/dev/light/power', payload],
      )
    expect(mode('on').readings[0]?.value).toBe('on')
    expect(mode('ON').rejections.map(({ code }) => code)).toEqual(['wrong_type'])
  })

  it('JSON is read member by member', () => {
    const json = (payload: string) => total({ datatype: 'json' }, payload)
    expect(lines(json('{"temperature":21,"x":{"y":1}}'))).toEqual(['dev/meter temperature = 21 Cel'])
    expect(json('{"temperature"').rejections.map(({ code }) => code)).toEqual(['not_json'])
    for (const empty of ['{}', '{"a":{}}']) expect(json(empty).ignored).toEqual({ null: 1 })
  })

  it('an empty value clears the topic; one zero byte is the empty string', () => {
    expect(total({ datatype: 'string' }, '').ignored).toEqual({ life_cycle: 1 })
    expect(total({ datatype: 'string' }, '\0').ignored).toEqual({ null: 1 })
  })

  it('a newer description replaces the older, an empty one removes it; each is to be kept', () => {
    const first = describe5({ total: { datatype: 'float', unit: 'L' } })
    const second = describe5({ total: { datatype: 'float', unit: 'm³' } })
    const value: [string, string] = ['homie/5/dev/meter/total', '1']
    expect(say(first, second, value).readings[0]?.unit).toBe('m3')
    expect(say(first, ['homie/5/dev/$description', ''], value).readings[0]?.unit).toBeUndefined()
    expect(say(first).isRemembered).toBe(true)
    expect(say(['homie/5/dev/$description', '']).isRemembered).toBe(true)
    expect(say(['homie/5/dev/$description', '[]']).rejections.map(({ code }) => code)).toEqual([
      'wrong_shape',
    ])
  })

  it('drafts had lists of nodes and properties', () =>
    expect(
      say(
        [
          'homie/5/dev/$description',
          JSON.stringify({
            nodes: [{ id: 'meter', properties: [{ id: 'total', datatype: 'float', unit: 'L' }] }],
          }),
        ],
        ['homie/5/dev/meter/total', '7'],
      ).readings[0],
    ).toMatchObject({ value: 7, unit: 'L' }))

  it('the loss of a root is that of all below it, even in a ring', () => {
    const tree = (device: string, ...children: string[]): [string, string] => [
      `homie/5/${device}/$description`,
      JSON.stringify({ nodes: {}, children }),
    ]
    const family = [tree('root', 'a'), tree('a', 'b'), tree('b', 'root')] as const
    expect(say(...family, ['homie/5/root/$state', 'lost']).presence?.map(({ source }) => source)).toEqual([
      'root',
      'a',
      'b',
    ])
    expect(say(...family, ['homie/5/root/$state', 'ready']).presence?.map(({ source }) => source)).toEqual([
      'root',
    ])
  })

  it.each([
    'homie/5/dev/$alert/battery',
    'homie/5/dev/$log/warn',
    'homie/5/dev/meter/total/set',
    'homie/5/dev/meter/total/$target',
    'homie/5/$broadcast/alert',
    'homie/5/dev',
    'homie/5',
    'homie/',
  ])('%s is life cycle', (topic) =>
    expect(say([topic, '7'])).toMatchObject({ readings: [], ignored: { life_cycle: 1 } }),
  )
})

describe('versions 3 and 4', () => {
  it('attributes of a property are topics', () => {
    const decoded = say(
      ['homie/dev/meter/total/$datatype', 'float'],
      ['homie/dev/meter/total/$unit', 'L'],
      ['homie/dev/meter/total', '7.5'],
    )
    expect(lines(decoded)).toEqual(['dev/meter water-volume = 7.5 L'])
    expect(say(['homie/dev/meter/total/$unit', 'L']).isRemembered).toBe(true)
    expect(
      say(
        ['homie/dev/meter/total/$unit', 'L'],
        ['homie/dev/meter/total/$unit', ''],
        ['homie/dev/meter/total', '1'],
      ).readings[0]?.unit,
    ).toBeUndefined()
  })

  it('° is an angle, not a temperature', () =>
    expect(
      say(['homie/dev/vane/winddirection/$unit', '°'], ['homie/dev/vane/winddirection', '270']).readings[0],
    ).toMatchObject({ quantity: 'wind-direction', unit: 'deg', value: 270 }))

  it('elements of an array of nodes have the attributes of the array', () =>
    expect(
      lines(say(['homie/dev/probe/temperature/$unit', '°F'], ['homie/dev/probe_1/temperature', '70'])),
    ).toEqual(['dev/probe_1 temperature = 70 [degF]']))

  it('nodes go with their device', () =>
    expect(
      say(['homie/dev/$nodes', 'a,b,c[]'], ['homie/dev/$state', 'ready']).presence?.map(
        ({ source }) => source,
      ),
    ).toEqual(['dev', 'dev/a', 'dev/b']))

  it('version 2 said true or false', () => {
    expect(say(['homie/dev/$online', 'true']).presence).toEqual([
      { source: 'dev', kind: 'connected', reason: '$online true' },
    ])
    expect(say(['homie/dev/$online', 'false']).presence?.map(({ kind }) => kind)).toEqual(['disconnected'])
  })

  it('statistics with a documented unit are read', () => {
    expect(lines(say(['homie/dev/$stats/uptime', '120']))).toEqual(['dev uptime = 120 s'])
    expect(lines(say(['homie/dev/$stats/battery', '80']))).toEqual(['dev battery-level = 80 %'])
    expect(say(['homie/dev/$stats/signal', '24']).ignored).toEqual({ unmapped: 1 })
    expect(say(['homie/dev/$stats/interval', '60']).ignored).toEqual({ life_cycle: 1 })
  })

  it('what is not known yet is read as what it looks like', () => {
    expect(say(['homie/dev/light/power', 'false']).readings[0]?.value).toBe(false)
    expect(say(['homie/dev/x/y', '5']).unmapped).toEqual([{ path: '', source: 'dev/x' }])
  })
})
