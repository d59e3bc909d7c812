import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isId } from '../../core/id.ts'
import { mayPublish, maySubscribe, parseDeviceTopic, twinFilter, twinTopic } from '../../core/topic.ts'

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/)
const twoIds = fc.tuple(id, id).filter(([a, b]) => a !== b)
/** Topics near the border: parts of real ones, put together at random. */
const topicLike = (...ids: readonly string[]) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'devices',
          'readings',
          'status',
          'commands',
          'reply',
          'twins',
          '',
          '+',
          '#',
          '..',
          '$share',
          ...ids,
        ),
        fc.string({ maxLength: 4 }),
      ),
      { maxLength: 6 },
    )
    .map((levels) => levels.join('/'))

/** MQTT 3.1.1 §4.7: whether a filter matches a topic. */
function matches(filter: string, topic: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}

describe('ids', () => {
  it.each(['a', '0', 'wm-1', 'A.b_c-9', 'x'.repeat(64)])('%s is one', (text) => expect(isId(text)).toBe(true))
  it.each(['', '-a', '.a', '_a', 'a/b', 'a b', 'a+', 'é', 'a\n', 'x'.repeat(65)])('%j is none', (text) =>
    expect(isId(text)).toBe(false),
  )
})

describe('parseDeviceTopic', () => {
  it.each([
    ['devices/wm-1/readings', { kind: 'readings', device: 'wm-1' }],
    ['devices/wm-1/status', { kind: 'status', device: 'wm-1' }],
    ['devices/wm-1/commands/open', { kind: 'command', device: 'wm-1', command: 'open' }],
    ['devices/wm-1/commands/open/reply', { kind: 'command_reply', device: 'wm-1', command: 'open' }],
  ])('reads %s', (topic, parsed) => expect(parseDeviceTopic(topic)).toEqual(parsed))

  it.each([
    '',
    'devices',
    'devices/wm-1',
    'devices/wm-1/',
    'devices/wm-1/other',
    'devices/wm-1/readings/',
    'devices/wm-1/readings/more',
    'devices/wm-1/commands',
    'devices/wm-1/commands/',
    'devices/wm-1/commands/open/answer',
    'devices/wm-1/commands/open/reply/more',
    '/devices/wm-1/readings',
    'Devices/wm-1/readings',
    'devices//readings',
    'devices/+/readings',
    'twins/wm-1',
  ])('knows nothing of %j', (topic) => expect(parseDeviceTopic(topic)).toBeNull())
})

describe('a device', () => {
  it('publishes its readings, its status and its answers, but no commands', () => {
    expect(mayPublish('wm-1', 'devices/wm-1/readings')).toBe(true)
    expect(mayPublish('wm-1', 'devices/wm-1/status')).toBe(true)
    expect(mayPublish('wm-1', 'devices/wm-1/commands/open/reply')).toBe(true)
    expect(mayPublish('wm-1', 'devices/wm-1/commands/open')).toBe(false)
  })

  it('publishes to nothing but below its own folder, whatever the topic', () =>
    fc.assert(
      fc.property(
        twoIds.chain(([own, other]) => fc.tuple(fc.constant(own), topicLike(own, other))),
        ([own, topic]) => {
          if (mayPublish(own, topic)) expect(topic.startsWith(`devices/${own}/`)).toBe(true)
        },
      ),
      { numRuns: 500 },
    ))

  it("never publishes to another device's topic", () =>
    fc.assert(
      fc.property(
        twoIds,
        fc.constantFrom('readings', 'status', 'commands/open/reply'),
        ([own, other], leaf) => {
          expect(mayPublish(own, `devices/${own}/${leaf}`)).toBe(true)
          expect(mayPublish(own, `devices/${other}/${leaf}`)).toBe(false)
        },
      ),
    ))

  it("never hears another device's topic, whatever its filter", () =>
    fc.assert(
      fc.property(
        twoIds.chain(([own, other]) =>
          fc.tuple(
            fc.constant(own),
            fc.oneof(
              topicLike(own, other),
              topicLike(own).map((rest) => `devices/${own}/${rest}`),
            ),
            fc.constantFrom('readings', 'status', 'commands/open').map((leaf) => `devices/${other}/${leaf}`),
          ),
        ),
        ([own, filter, foreign]) => {
          if (maySubscribe(own, filter)) expect(matches(filter, foreign)).toBe(false)
        },
      ),
      { numRuns: 500 },
    ))

  it('hears its own folder', () => {
    expect(maySubscribe('wm-1', 'devices/wm-1/#')).toBe(true)
    expect(maySubscribe('wm-1', 'devices/wm-1/commands/+')).toBe(true)
  })

  it.each([
    '#',
    '+/#',
    'devices/#',
    'devices/+/readings',
    'devices/wm-10/#',
    'devices/wm-1',
    'twins/wm-1',
    '$SYS/#',
  ])('does not hear %s', (filter) => expect(maySubscribe('wm-1', filter)).toBe(false))
})

describe('twinFilter', () => {
  it('tells one entity from all and from none', () => {
    expect(twinFilter('twins/road-1')).toEqual({ entity: 'road-1' })
    for (const all of ['twins/+', 'twins/#', '#']) expect(twinFilter(all)).toBe('all')
    for (const none of [
      'twins',
      'twins/',
      'twins/a/b',
      'twins/a/#',
      'twins/+/x',
      'devices/a/readings',
      '+',
      '',
    ])
      expect(twinFilter(none)).toBeNull()
  })

  it('finds the entity that the topic was made of', () =>
    fc.assert(
      fc.property(id, (entity) => {
        expect(twinFilter(twinTopic(entity))).toEqual({ entity })
      }),
    ))
})
