import type { Log } from './core/ports.ts'
import type { IngestParts } from './platform-ingest.ts'
import { PAYLOAD_BYTES_MAX } from './platform-settings.ts'
import type { Db } from './store/db.ts'
import { UpstreamStore } from './store/upstreams.ts'
import { Upstreams } from './upstream/upstreams.ts'

export const buildUpstreams = ({ pipeline, rights }: IngestParts, log: Log): Upstreams =>
  new Upstreams({
    take: pipeline.take,
    isFull: pipeline.isFull,
    mayPublish: rights.mayPublish,
    payloadBytesMax: PAYLOAD_BYTES_MAX,
    log,
  })

/** Begins all that are stored. */
export async function connectUpstreams(db: Db, secretKey: Uint8Array, upstreams: Upstreams): Promise<void> {
  for (const upstream of await new UpstreamStore(db, secretKey).list()) await upstreams.put(upstream)
}
