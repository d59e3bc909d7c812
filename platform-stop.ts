import type { Broker } from './broker/broker.ts'
import type { Log } from './core/ports.ts'
import { within } from './core/within.ts'
import type { Domain } from './domain.ts'
import type { Pipeline } from './ingest/pipeline.ts'
import type { Upkeep } from './platform-upkeep.ts'
import type { Audit } from './store/audit-writer.ts'
import type { SessionWriter } from './store/session-writer.ts'
import type { Upstreams } from './upstream/upstreams.ts'

/** SIGTERM allows 10 s in all; a database that does not commit in this time leaves its messages unacknowledged. */
const DRAIN_MS = 6000
const CLOSE_MS = 1000

export interface Running {
  readonly broker: Broker
  readonly upstreams: Upstreams
  readonly pipeline: Pipeline
  readonly app: { close(): Promise<unknown> }
  readonly sessionWriter: SessionWriter
  readonly audit: Audit
  readonly upkeep: Upkeep
  readonly domain: Domain
  readonly scripts: { close(): Promise<void> }
  readonly log: Log
}

/** Stops accepting, commits what was read, acknowledges it, closes. */
export async function stopParts({
  broker,
  upstreams,
  pipeline,
  app,
  sessionWriter,
  audit,
  upkeep,
  domain,
  scripts,
  log,
}: Running): Promise<void> {
  upstreams.quiesce()
  await broker.quiesce()
  const isDrained =
    (await within(
      pipeline.drain().then(() => true),
      DRAIN_MS,
    )) === true
  if (!isDrained)
    log.warn(
      {},
      'the database did not commit in time; what it has not committed stays unacknowledged, and its senders will send it again',
    )
  await within(upstreams.close(), CLOSE_MS)
  await broker.close()
  await within(app.close(), CLOSE_MS)
  domain.twins.stop()
  await audit.close(CLOSE_MS)
  if (!isDrained) return
  // Closing the connections published their wills.
  await within(pipeline.close(), CLOSE_MS)
  await within(scripts.close(), CLOSE_MS)
  // Once more, for what came while the first was under way.
  await within(
    sessionWriter.flush().then(() => sessionWriter.flush()),
    CLOSE_MS,
  )
  await within(upkeep.stop(), CLOSE_MS)
  // A database that is away does not hold the end up.
  await within(domain.store.db.close(), 3 * CLOSE_MS)
  await domain.local?.close()
}
