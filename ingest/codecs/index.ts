import type { Codec } from '../codec.ts'
import { canonical } from './canonical.ts'
import { chirpstack } from './chirpstack.ts'
import { dittoProtocol } from './ditto-protocol.ts'
import { dsmrP1 } from './dsmr-p1.ts'
import { fiwareJson } from './fiware-json.ts'
import { fiwareUltralight } from './fiware-ultralight.ts'
import { homie } from './homie.ts'
import { influxLineProtocol } from './influx-line-protocol.ts'
import { lorawanNetworkServers } from './lorawan-network-servers.ts'
import { ngsiSmartDataModels } from './ngsi-smart-data-models.ts'
import { opcuaPubsubJson } from './opcua-pubsub-json.ts'
import { senml } from './senml.ts'
import { shelly } from './shelly.ts'
import { sparkplugB } from './sparkplug-b.ts'
import { tasmota } from './tasmota.ts'
import { theThingsStack } from './the-things-stack.ts'
import { thingsboard } from './thingsboard.ts'
import { victron } from './victron.ts'
import { wmbusmeters } from './wmbusmeters.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every format. The first one that matches a topic reads its messages, unless a profile says otherwise. To add one: its
 *  file, and its line here. */
export const codecs: readonly Codec[] = [
  canonical,
  chirpstack,
  dittoProtocol,
  dsmrP1,
  fiwareJson,
  fiwareUltralight,
  homie,
  influxLineProtocol,
  lorawanNetworkServers,
  ngsiSmartDataModels,
  opcuaPubsubJson,
  senml,
  shelly,
  sparkplugB,
  tasmota,
  theThingsStack,
  thingsboard,
  victron,
  wmbusmeters,
  zigbee2mqtt,
]
