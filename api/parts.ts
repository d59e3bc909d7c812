import type { Door } from '../core/door.ts'
import type { Ingest, Log, TopicRights } from '../core/ports.ts'
import type { LiveUpstreams } from '../core/upstream.ts'
import type { Vitals } from '../core/vitals.ts'
import type { Alarms } from '../digital-twin/alarms/alarms.ts'
import type { Notifier } from '../digital-twin/alarms/notifier.ts'
import type { Rules } from '../digital-twin/alarms/rules.ts'
import type { AreaLocator } from '../digital-twin/area-locator.ts'
import type { Commands } from '../digital-twin/commands/commands.ts'
import type { Indicator } from '../digital-twin/indicator/indicator.ts'
import type { Relations } from '../digital-twin/relations/relations.ts'
import type { Twins } from '../digital-twin/twins.ts'
import type { MessageTail } from '../ingest/message-tail.ts'
import type { Scripts } from '../ingest/scripts.ts'
import type { Sources } from '../ingest/sources.ts'
import type { SpoolState } from '../ingest/spooling.ts'
import type { Audit } from '../store/audit-writer.ts'
import type { Credentials } from '../store/credentials.ts'
import type { Wiring } from '../store/profiles.ts'
import type { Registry } from '../store/registry.ts'
import type { Store } from '../store/store.ts'
import type { OidcSettings } from './oidc/provider.ts'
import type { ConnectionSettings } from './snippets/connection.ts'

/** What the API is built from; main hands it in. */
export interface ApiParts {
  readonly store: Store
  readonly registry: Registry
  readonly credentials: Credentials
  readonly wiring: Wiring
  readonly sources: Sources
  readonly scripts: Scripts
  readonly tail: MessageTail
  readonly rights: TopicRights
  readonly twins: Twins
  readonly relations: Relations
  readonly locator: AreaLocator
  readonly ingest: Ingest
  readonly door: Door
  readonly alarms: Alarms
  readonly notifier: Notifier
  readonly rules: Rules
  readonly commands: Commands
  readonly indicator: Indicator
  /** Whether a command on this topic would reach the device now. */
  hears(device: string, topic: string): boolean
  readonly upstreams: LiveUpstreams
  isFull(): boolean
  /** What waits locally for the database; null: there is no spool. */
  spool(): SpoolState | null
  metrics(): Promise<{ body: string; contentType: string }>
  readonly vitals: Vitals
  /** Ends a device's MQTT sessions. */
  disconnect(device: string, reason: string): void
  readonly audit: Audit
  readonly log: Log
  /** The data here is simulated: shown on every page and output. */
  readonly isSynthetic: boolean
  readonly retentionDays: number
  readonly payloadBytesMax: number
  readonly secretKey: Uint8Array
  /** Certificate and key, for HTTPS; null: HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Sign-in of people by an OpenID Connect provider; null: by token only. */
  readonly oidc: OidcSettings | null
  /** Proxies whose word on where a request came from is taken: addresses or CIDR, by comma; null: none. */
  readonly trustedProxies: string | null
  /** Where the documents are. */
  readonly docsDir: string
  /** Under which name and terms figures are published. */
  readonly publication: {
    readonly licence: string | null
    readonly publisher: { readonly nameVi: string; readonly nameEn: string }
  }
  /** Where devices reach the platform. */
  readonly connection: ConnectionSettings
  /** The built pages; null: none were built. */
  readonly dashboardDir: string | null
}
