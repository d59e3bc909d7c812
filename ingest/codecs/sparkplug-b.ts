import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { birthOf, EdgeNode } from './sparkplug-b/births.ts'
import { payloadTime, readMetrics } from './sparkplug-b/metrics.ts'
import { type Payload, parsePayload } from './sparkplug-b/payload.ts'
import { rebirthRequest } from './sparkplug-b/rebirth.ts'
import { scalarOf } from './sparkplug-b/values.ts'

type Verb = 'BIRTH' | 'DATA' | 'DEATH' | 'CMD'

interface Address {
  readonly group: string
  readonly node: string
  readonly device: string | undefined
  readonly verb: Verb
}

const TYPE = /^([ND])(BIRTH|DATA|DEATH|CMD)$/

/**
 * Sparkplug B 3.0 on `spBv1.0/<group>/<type>/<node>[/<device>]`. Devices are `Group/Node` and `Group/Node/Device`.
 *
 * A birth names the metrics, gives aliases, datatypes and units, and has values too. Data is read by what the birth said; a metric
 * that no known birth explains is refused (`unknown_alias`) and the node asked, by NCMD, to be born again: at most once a minute.
 * The same is asked after a gap in `seq`, at once: one connection keeps its order, so nothing is gained by the reordering time of
 * §5.9. Data after a gap is still used, as an alias holds from one birth to the next (§6.4.6), and what was missed is a reason to ask
 * (§5.15), not to lose more.
 * An NBIRTH shall have seq 0 (§6.4.19); another one is taken as the start all the same.
 *
 * An NDEATH ends the node and all of its devices, if its bdSeq is that of the last birth: a will of an older session is passed over.
 * bdSeq, Node Control, Device Control and Properties are no measurements. Time is the metric's, then the payload's, then that of
 * receipt; `is_historical` changes nothing, as each value has its time. Floats of 32 bits become the shortest number they stand for.
 */
export const sparkplugB: Codec = {
  format: 'sparkplug-b',
  matches: (topic) => topic.startsWith('spBv1.0/'),
  decode(payload, topic, context) {
    const found = new Findings()
    const address = addressOf(topic)
    if (address === 'state') found.ignore('life_cycle')
    else if (address === null)
      found.reject(
        '',
        'wrong_shape',
        'the topic is spBv1.0/<group>/<type>/<node>, with /<device> for types in D',
      )
    else if (address.verb === 'CMD') found.ignore('life_cycle')
    else {
      const read = parsePayload(payload)
      if (read === null)
        found.reject(
          '',
          'not_protobuf',
          'the payload is no Sparkplug B payload in Protobuf, or is cut short; its body, if compressed, is up to 1 MiB',
        )
      else readMessage(address, read, context, found)
    }
    return found.decoded()
  },
  examples: [
    {
      name: 'an NBIRTH: bdSeq 3, and a voltage of 12.3 in 32 bits',
      topic: 'spBv1.0/G/NBIRTH/N',
      payload: {
        hex: '08c0b9a3e5b733120b0a0562645365712004580312190a07766f6c74616765100118c0b9a3e5b733200965cdcc44411800',
      },
      gives: {
        readings: [
          {
            path: '/metrics/1',
            quantity: 'voltage',
            channel: '',
            value: 12.3,
            unit: 'V',
            time: 1_767_323_000_000_000,
            source: 'G/N',
          },
        ],
        presence: [{ source: 'G/N', kind: 'connected', reason: 'NBIRTH' }],
        ignored: { life_cycle: 1 },
      },
    },
    {
      name: 'data by alias after its birth, as a negative 16-bit integer would be padded to 32 bits',
      topic: 'spBv1.0/G/NDATA/N',
      after: [
        { topic: 'spBv1.0/G/NBIRTH/N', payload: { hex: '12110a0b74656d7065726174757265100720021800' } },
      ],
      payload: { hex: '1208100750f6ffffff0f1801' },
      gives: {
        readings: [
          {
            path: '/metrics/0',
            quantity: 'temperature',
            channel: '',
            value: -10,
            unit: 'Cel',
            source: 'G/N',
          },
        ],
      },
    },
    {
      name: 'a will with the bdSeq of an older session',
      topic: 'spBv1.0/G/NDEATH/N',
      after: [{ topic: 'spBv1.0/G/NBIRTH/N', payload: { hex: '120b0a056264536571200458031800' } }],
      payload: { hex: '120b0a05626453657120045802' },
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'no protobuf',
      topic: 'spBv1.0/G/NDATA/N',
      payload: '{"temperature":21}',
      gives: { rejections: [{ path: '', code: 'not_protobuf' }] },
    },
  ],
}

function addressOf(topic: string): Address | 'state' | null {
  const [, group = '', type = '', node = '', device, ...more] = topic.split('/')
  if (group === 'STATE') return 'state'
  const [, level, verb] = TYPE.exec(type) ?? []
  const isWhole = group !== '' && node !== '' && device !== '' && more.length === 0
  if (!verb || !isWhole || (level === 'D') !== (device !== undefined)) return null
  return { group, node, device, verb: verb as Verb }
}

function readMessage(address: Address, payload: Payload, context: CodecContext, found: Findings): void {
  const edge = `${address.group}/${address.node}`
  const source = address.device === undefined ? edge : `${edge}/${address.device}`
  const node = new EdgeNode(edge, context.memory)
  if (address.verb === 'DEATH') return readDeath(address, payload, node, context, found)
  const rules = context.rulesOf(source)
  const isBirth = address.verb === 'BIRTH'
  const isBornNode = isBirth && address.device === undefined
  let isComplete = isBornNode || node.birth() !== undefined
  if (!isBornNode) isComplete = node.follows(payload.seq) && isComplete
  if (isBirth) {
    const birth = birthOf(payload.metrics, rules)
    if (isBornNode) node.bornAgain(birth, bdSeqOf(payload), payload.seq)
    else node.deviceBorn(source, birth)
    found.isRemembered = true
    found.presence.push({ source, kind: 'connected', reason: isBornNode ? 'NBIRTH' : 'DBIRTH' })
  }
  const birth = node.birth(source)
  const seen = readMetrics(payload.metrics, {
    source,
    birth,
    rules,
    time: payloadTime(payload.timestamp),
    found,
  })
  if (!isComplete || birth === undefined || seen.isUndefined) askRebirth(address, node, context, found)
  finish(found, seen.hasControl)
}

/** What a message had of the session, or that it had nothing else, is said once. */
function finish(found: Findings, hasControl: boolean): void {
  const { readings, rejections, ignored } = found.decoded()
  if (hasControl || readings.length + rejections.length + Object.keys(ignored).length === 0)
    found.ignore('life_cycle')
}

function readDeath(
  address: Address,
  payload: Payload,
  node: EdgeNode,
  context: CodecContext,
  found: Findings,
): void {
  found.ignore('life_cycle')
  if (address.device === undefined) return readNodeDeath(payload, node, found)
  const source = `${node.source}/${address.device}`
  found.isRemembered = true
  found.presence.push({ source, kind: 'disconnected', reason: 'DDEATH' })
  node.deviceDied(source)
  if (!node.follows(payload.seq)) askRebirth(address, node, context, found)
}

function readNodeDeath(payload: Payload, node: EdgeNode, found: Findings): void {
  if (!node.isOfThisSession(bdSeqOf(payload))) return
  found.isRemembered = true
  for (const source of [node.source, ...node.devices])
    found.presence.push({ source, kind: 'disconnected', reason: 'NDEATH' })
  node.died()
}

function bdSeqOf({ metrics }: Payload): number | undefined {
  const metric = metrics.find(({ name }) => name === 'bdSeq')
  const value = metric?.value && scalarOf(metric.value, metric.datatype || 8)
  return typeof value === 'number' ? value : undefined
}

function askRebirth({ group, node }: Address, edge: EdgeNode, context: CodecContext, found: Findings): void {
  if (!edge.mayBeAsked(context.receivedAt)) return
  found.answers.push({ topic: `spBv1.0/${group}/NCMD/${node}`, payload: rebirthRequest(context.receivedAt) })
}
