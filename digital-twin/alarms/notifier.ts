import type { Alarm } from '../../core/alarm.ts'
import type { Log } from '../../core/ports.ts'
import { localDate, type Micros, microsNow } from '../../core/time.ts'
import { findAlarms } from '../../store/alarm-list.ts'
import { type AreaRow, codesBelow, listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import {
  ChannelStore,
  type EmailChannel,
  type NotificationChannel,
} from '../../store/notification-channels.ts'
import {
  type Audience,
  dueNotifications,
  makeNotifications,
  type Notification,
  noteAttempt,
} from '../../store/notifications.ts'
import { MODELS } from '../models/index.ts'
import { alarmDocument } from './alarm-document.ts'
import { alarmMail, type MailWorld } from './alarm-mail.ts'
import type { MailEvent } from './alarm-mail-words.ts'
import type { Mailer, Sent } from './mailer.ts'
import type { Language } from './measured.ts'
import { postWebhook } from './webhook.ts'

/** What mail needs besides the alarm. */
export interface MailParts extends Omit<MailWorld, 'areaName'> {
  readonly mailer: Pick<Mailer, 'send'>
}

interface NotifierOptions {
  /** Null: there is no mail server. */
  readonly mail?: MailParts | null
  readonly now?: () => Micros
  /** Up to when alarms have found their groups. */
  readonly settledAt?: () => Micros
}

type Kind = NotificationChannel['kind']

/** Each is looked at for itself: a slow mail server does not hold back webhooks. */
const KINDS: readonly Kind[] = ['webhook', 'email']
const LOOK_MS = 1000
/** An alarm that is told of has had this long to be put into its group, and longer where very many are raised at once. */
const SETTLE_US = 3_000_000
const SETTLE_US_MAX = 60_000_000
const AT_ONCE_MAX = 20
const ATTEMPTS_MAX = 8
const BACKOFF_US = 5_000_000
const BACKOFF_US_MAX = 600_000_000

/**
 * Tells of alarms through the channels. What is to be told is made in the database before it is sent, so that a restart neither
 * forgets nor doubles it; what is not taken is tried again, ever more slowly, eight times.
 */
export class Notifier {
  readonly channels: ChannelStore
  readonly #db: Db
  readonly #log: Log
  readonly #now: () => Micros
  readonly #mail: MailParts | null
  readonly #settledAt: () => Micros
  #audiences: readonly Audience[] | null = null
  #areas: ReadonlyMap<string, AreaRow> = new Map()
  #areasOn = ''
  #timer: NodeJS.Timeout | null = null
  readonly #looking = new Map<Kind, Promise<void>>()

  constructor(
    db: Db,
    secretKey: Uint8Array,
    log: Log,
    { mail = null, now = microsNow, settledAt = now }: NotifierOptions = {},
  ) {
    this.#mail = mail
    this.channels = new ChannelStore(db, secretKey)
    this.#db = db
    this.#log = log
    this.#now = now
    this.#settledAt = settledAt
  }

  /** To be called once the database is there. */
  start(): void {
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await Promise.all(this.#looking.values())
  }

  /** To be called when a channel was changed. */
  channelsChanged(): void {
    this.#audiences = null
  }

  /** Whether there is a server to hand mail to. */
  get hasMail(): boolean {
    return this.#mail !== null
  }

  /** Makes what is to be told, and sends what is due. */
  async look(): Promise<void> {
    await Promise.all(KINDS.map((kind) => this.#lookAt(kind)))
  }

  /** Not while it is still at it: what is under way would be told twice. */
  #lookAt(kind: Kind): Promise<void> {
    const looking =
      this.#looking.get(kind) ??
      this.#tell(kind)
        .catch((error) => this.#log.warn({ err: error }, 'alarms were not told of; it is tried again'))
        .finally(() => this.#looking.delete(kind))
    this.#looking.set(kind, looking)
    return looking
  }

  /** Sends one to try the channel. Gives what went wrong, or null. */
  async test(channel: NotificationChannel): Promise<string | null> {
    await this.#known(localDate(this.#now()))
    const { fault, refused } = await this.#send(channel, 'test', null)
    return fault ?? (refused.length > 0 ? `the mail server refuses ${refused.join(', ')}` : null)
  }

  async #tell(kind: Kind): Promise<void> {
    const now = this.#now()
    const audiences = (await this.#known(localDate(now))).filter(({ channel }) => channel.kind === kind)
    if (audiences.length === 0) return
    const settled = Math.max(this.#settledAt(), now - SETTLE_US_MAX)
    const raisedBefore = Math.min(now - SETTLE_US, settled)
    for (const audience of audiences) await makeNotifications(this.#db, audience, now, raisedBefore)
    const due = await dueNotifications(this.#db, kind, now, AT_ONCE_MAX)
    const alarms = new Map(
      (await findAlarms(this.#db, [...new Set(due.map(({ alarm }) => alarm))])).map((alarm) => [
        alarm.id,
        alarm,
      ]),
    )
    const attempts = await Promise.allSettled(
      due.map(async (notification) => {
        const channel = audiences.find((audience) => audience.channel.id === notification.channel)?.channel
        const alarm = alarms.get(notification.alarm)
        if (channel && alarm) await this.#attempt(notification, channel, alarm)
      }),
    )
    for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
  }

  async #attempt(notification: Notification, channel: NotificationChannel, alarm: Alarm): Promise<void> {
    const { event, attempts } = notification
    const { fault, refused } = await this.#send(channel, event, alarm)
    if (refused.length > 0)
      this.#log.warn({ channel: channel.id, refused }, 'the mail server refuses some recipients of a channel')
    const at = this.#now()
    const isOver = fault === null || attempts + 1 >= ATTEMPTS_MAX
    const nextTryAt = isOver ? null : at + Math.min(BACKOFF_US * 2 ** attempts, BACKOFF_US_MAX)
    await noteAttempt(this.#db, notification, { at, fault, nextTryAt })
    if (fault !== null && isOver)
      this.#log.error({ channel: channel.id, alarm: alarm.id, event, fault }, 'an alarm could not be told of')
  }

  async #send(channel: NotificationChannel, event: MailEvent, alarm: Alarm | null): Promise<Sent> {
    if (channel.kind === 'email') return this.#sendMail(channel, event, alarm)
    const { id, url, secret } = channel
    if (secret === null) return failed('its secret cannot be read with the key of now: set it anew')
    const message = { event, channel: id, alarm: alarm && alarmDocument(alarm) }
    return failed(await postWebhook(url, secret, JSON.stringify(message), this.#now() / 1_000_000))
  }

  async #sendMail(channel: EmailChannel, event: MailEvent, alarm: Alarm | null): Promise<Sent> {
    if (!this.#mail) return failed('there is no mail server: set SMTP_URL and SMTP_FROM')
    const areaName = (code: string, language: Language) => {
      const area = this.#areas.get(code)
      return (language === 'vi' ? area?.nameVi : area?.nameEn) ?? null
    }
    const mail = alarmMail({ event, channel, alarm }, { ...this.#mail, areaName }, this.#now())
    return this.#mail.mailer.send(channel.recipients, mail)
  }

  /** The channels that are on; areas may be others each day. */
  async #known(day: string): Promise<readonly Audience[]> {
    if (this.#audiences && this.#areasOn === day) return this.#audiences
    const channels = (await this.channels.list()).filter(({ isEnabled }) => isEnabled)
    const areas = channels.some(needsAreas) ? await listAreas(this.#db, day, null) : []
    this.#areas = new Map(areas.map((area) => [area.code, area]))
    this.#areasOn = day
    this.#audiences = channels.map((channel) => ({
      channel,
      areas: channel.area === null ? null : [...codesBelow(areas, channel.area)],
      types: channel.domain === null ? null : typesOf(channel.domain),
    }))
    return this.#audiences
  }
}

const failed = (fault: string | null): Sent => ({ fault, refused: [] })

/** To tell who it is for, or to name where. */
const needsAreas = ({ area, kind }: NotificationChannel) => area !== null || kind === 'email'

const typesOf = (domain: string): string[] =>
  [...MODELS.values()].flatMap((model) => (model.domain === domain ? [model.type] : []))
