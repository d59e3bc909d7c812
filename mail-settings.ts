import { z } from 'zod'
import type { MailServer } from './digital-twin/alarms/mailer.ts'

const MAIL_ADDRESS = z.email().max(254)
const SENDER = /^(?:([^<>\p{Cc}"]{1,100})\s)?<?([^<>\s]+)>?$/u
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const
const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\./.test(host)

const isBare = (text: string) => {
  if (!URL.canParse(text)) return false
  const { pathname, search, hash, hostname } = new URL(text)
  return /^\/?$/.test(pathname) && search === '' && hash === '' && hostname !== ''
}

function isDecodable(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { username, password } = new URL(text)
  try {
    return decodeURIComponent(username + password) !== null
  } catch {
    return false
  }
}

const Sender = z.string().transform((text, context) => {
  const [, name = '', address = ''] = SENDER.exec(text.trim()) ?? []
  if (MAIL_ADDRESS.safeParse(address).success) return { name: name.trim(), address }
  context.addIssue({ code: 'custom', message: 'takes address@host, or: Name <address@host>' })
  return z.NEVER
})

/** Settings of mail about alarms, and where its links lead. */
export const MAIL_SETTINGS = {
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'takes smtp://user:password@host:port, or smtps:// for TLS at once' })
    .refine(isBare, 'takes nothing after host and port')
    .refine(isDecodable, 'takes user and password percent-encoded: % itself is %25')
    .optional()
    .describe('mail server for alarms; absent: no mail. smtp:// must offer STARTTLS, except on this machine'),
  SMTP_FROM: Sender.optional().describe('sender of the mail; the server must let it through'),
  SMTP_PLAIN: z
    .enum(['0', '1'])
    .default('0')
    .transform((text) => text === '1')
    .describe('1: mail goes to SMTP_URL without TLS, password and all'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'takes https://host[:port]' })
    .refine(isBare, 'takes https://host[:port] and nothing after it')
    .transform((url) => new URL(url).origin)
    .optional()
    .describe('where people open the pages, for links in mail; absent: mail has none'),
}

type Settings = z.infer<z.ZodObject<typeof MAIL_SETTINGS>>

/** What does not go together, by setting. */
export function mailFaults(settings: Settings): [setting: keyof Settings, fault: string][] {
  const { SMTP_URL, SMTP_FROM, SMTP_PLAIN } = settings
  if (SMTP_URL === undefined) {
    const idle: [keyof Settings, boolean][] = [
      ['SMTP_FROM', SMTP_FROM !== undefined],
      ['SMTP_PLAIN', SMTP_PLAIN],
    ]
    return idle.flatMap(([name, isSet]) => (isSet ? [[name, 'needs SMTP_URL']] : []))
  }
  if (SMTP_FROM === undefined) return [['SMTP_FROM', 'is needed as well: SMTP_URL is set']]
  return SMTP_PLAIN && SMTP_URL.startsWith('smtps:')
    ? [['SMTP_PLAIN', 'does not go with smtps://, which is TLS']]
    : []
}

/** Null: no mail is sent. */
export function mailOf({ SMTP_URL, SMTP_FROM, SMTP_PLAIN }: Settings): MailServer | null {
  if (SMTP_URL === undefined || SMTP_FROM === undefined) return null
  const { protocol, hostname, port, username, password } = new URL(SMTP_URL)
  const isTls = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[isTls ? 'smtps:' : 'smtp:'] : Number(port),
    tls: isTls ? 'at-once' : SMTP_PLAIN || isLoopback(hostname) ? 'none' : 'starttls',
    login:
      username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    from: SMTP_FROM,
  }
}
