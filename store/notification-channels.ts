import type { AlarmKind, Severity } from '../core/alarm.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'
import { Sealer } from './sealed.ts'

interface AnyChannel {
  readonly id: string
  readonly name: string
  /** The least that it tells of. */
  readonly severity: Severity
  readonly kinds: readonly AlarmKind[]
  /** With all areas below it; null: all. */
  readonly area: string | null
  readonly domain: string | null
  /** An alarm that nobody has acknowledged for so long is told of once more. Null: it is not. */
  readonly remindMinutes: number | null
  readonly isEnabled: boolean
  readonly createdAt: Micros
}

export interface WebhookChannel extends AnyChannel {
  readonly kind: 'webhook'
  readonly url: string
  /** Signs what is sent. Null: sealed with another key than the platform's of now. */
  readonly secret: string | null
}

export interface EmailChannel extends AnyChannel {
  readonly kind: 'email'
  readonly recipients: readonly string[]
  readonly language: 'vi' | 'en'
}

export type NotificationChannel = WebhookChannel | EmailChannel

type Row = AnyChannel & { readonly secret: string | null } & (
    | { readonly kind: 'webhook'; readonly settings: Pick<WebhookChannel, 'url'> }
    | { readonly kind: 'email'; readonly settings: Pick<EmailChannel, 'recipients' | 'language'> }
  )

/** The channels, with their secrets sealed. */
export class ChannelStore {
  readonly #db: Db
  readonly #sealer: Sealer

  constructor(db: Db, secretKey: Uint8Array) {
    this.#db = db
    this.#sealer = new Sealer(secretKey)
  }

  async list(): Promise<NotificationChannel[]> {
    const { rows } = await this.#db.query<Row>({ text: `${SELECT} order by id` })
    return rows.map((row) => this.#opened(row))
  }

  #opened(row: Row): NotificationChannel {
    const { settings, secret, ...rest } = row
    if (row.kind === 'email') return { ...rest, kind: 'email', ...row.settings }
    const opened = secret === null ? null : this.#sealer.open(Buffer.from(secret, 'base64'), purpose(row.id))
    return { ...rest, kind: 'webhook', ...row.settings, secret: opened }
  }

  /** Makes it, or puts it in the place of the one with its id; when that was made stays. A secret that is null stays, too. */
  async put(channel: NotificationChannel): Promise<void> {
    const { id, name, kind, severity, kinds, area, domain } = channel
    const settings =
      channel.kind === 'webhook'
        ? { url: channel.url }
        : { recipients: channel.recipients, language: channel.language }
    const secret = channel.kind === 'webhook' ? channel.secret : null
    const sealed = secret === null ? null : this.#sealer.seal(secret, purpose(id)).toString('base64')
    await this.#db.query({
      text: `insert into notification_channel as c (id, name, kind, settings, sealed_secret, severity, kinds, area, domain,
               remind_minutes, is_enabled, created_at)
             values ($1, $2, $3, $4::text::jsonb, decode($5, 'base64'), $6, $7::text[], $8, $9, $10, $11, from_us($12))
             on conflict (id) do update set name = excluded.name, settings = excluded.settings,
               sealed_secret = coalesce(excluded.sealed_secret, c.sealed_secret), severity = excluded.severity,
               kinds = excluded.kinds, area = excluded.area, domain = excluded.domain,
               remind_minutes = excluded.remind_minutes, is_enabled = excluded.is_enabled`,
      values: [
        ...[id, name, kind, JSON.stringify(settings), sealed, severity, pgArray(kinds), area, domain],
        ...[channel.remindMinutes, channel.isEnabled, channel.createdAt],
      ],
    })
  }

  /** With what it has not told yet. False: there was none. */
  async remove(id: string): Promise<boolean> {
    const { rowCount } = await this.#db.query({
      text: 'delete from notification_channel where id = $1',
      values: [id],
    })
    return rowCount > 0
  }
}

const purpose = (id: string): string => `notification-channel/${id}`

const SELECT = `
  select id, name, kind, settings, encode(sealed_secret, 'base64') as secret, severity, to_jsonb(kinds) as kinds, area, domain,
    remind_minutes as "remindMinutes", is_enabled as "isEnabled", created_at as "createdAt"
  from notification_channel`
