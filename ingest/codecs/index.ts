import type { Codec } from '../codec.ts'
import { canonical } from './canonical.ts'
import { dittoProtocol } from './ditto-protocol.ts'
import { opcuaPubsubJson } from './opcua-pubsub-json.ts'
import { senml } from './senml.ts'
import { sparkplugB } from './sparkplug-b.ts'

/** Every format. The first one that matches a topic reads its messages, unless a profile says otherwise. To add one: its
 *  file, and its line here. */
export const codecs: readonly Codec[] = [canonical, dittoProtocol, opcuaPubsubJson, senml, sparkplugB]
