import type { Codec } from '../codec.ts'
import { canonical } from './canonical.ts'
import { fiwareJson } from './fiware-json.ts'
import { fiwareUltralight } from './fiware-ultralight.ts'
import { homie } from './homie.ts'
import { influxLineProtocol } from './influx-line-protocol.ts'
import { ngsiSmartDataModels } from './ngsi-smart-data-models.ts'
import { thingsboard } from './thingsboard.ts'

/** Every format. The first one that matches a topic reads its messages, unless a profile says otherwise. To add one: its
 *  file, and its line here. */
export const codecs: readonly Codec[] = [
  canonical,
  fiwareJson,
  fiwareUltralight,
  homie,
  influxLineProtocol,
  ngsiSmartDataModels,
  thingsboard,
]
