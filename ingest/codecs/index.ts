import type { Codec } from '../codec.ts'
import { canonical } from './canonical.ts'
import { dsmrP1 } from './dsmr-p1.ts'
import { shelly } from './shelly.ts'
import { tasmota } from './tasmota.ts'
import { victron } from './victron.ts'
import { wmbusmeters } from './wmbusmeters.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every format. The first one that matches a topic reads its messages, unless a profile says otherwise. To add one: its
 *  file, and its line here. */
export const codecs: readonly Codec[] = [
  canonical,
  dsmrP1,
  shelly,
  tasmota,
  victron,
  wmbusmeters,
  zigbee2mqtt,
]
