import { createTransport, type Transporter } from 'nodemailer'
import { InTurn } from '../../core/in-turn.ts'
import { within } from '../../core/within.ts'

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly tls: 'at-once' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly pass: string } | null
  readonly from: { readonly name: string; readonly address: string }
}

export interface Mail {
  /** What stands before the @ of its Message-ID: the same for the same, so that one that comes twice is known. */
  readonly id: string
  /** The id of the mail that this one follows up. */
  readonly after: string | null
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly isUrgent: boolean
}

export interface Sent {
  /** Why nobody got it, or null. */
  readonly fault: string | null
  /** Recipients that the server did not take, while it took others. */
  readonly refused: readonly string[]
}

const TIMEOUT_MS = 10_000
/** The timeouts above begin anew with each word of the server; one that drips must not hold up the rest. */
const MAIL_MS_MAX = 30_000
const FAULT_CHARS_MAX = 300
/** A server that cannot be reached is not tried again for each mail that waits. */
const REST_MS = 5000
const UNREACHABLE = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS', 'EAUTH'])

/** Hands mail to one server, one at a time: hosted ones take few connections at once. */
export class Mailer {
  readonly #server: MailServer
  readonly #transport: Transporter
  readonly #turns = new InTurn()
  #down = { untilMs: 0, fault: '' }

  constructor(server: MailServer) {
    this.#server = server
    const { host, port, tls, login } = server
    this.#transport = createTransport({
      host,
      port,
      secure: tls === 'at-once',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
      // Text of an alarm must never be taken for the name of a file or the address of a page.
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(login === null ? {} : { auth: login }),
    })
  }

  send(recipients: readonly string[], mail: Mail): Promise<Sent> {
    return this.#turns.do(() => this.#send(recipients, mail))
  }

  async #send(recipients: readonly string[], mail: Mail): Promise<Sent> {
    if (performance.now() < this.#down.untilMs) return { fault: this.#down.fault, refused: [] }
    const { from } = this.#server
    const host = from.address.split('@').at(-1)
    const idOf = (id: string) => `<${id}@${host}>`
    try {
      const sending = this.#transport.sendMail({
        from,
        to: recipients.map((address) => ({ name: '', address })),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: idOf(mail.id),
        ...(mail.after === null ? {} : { inReplyTo: idOf(mail.after), references: idOf(mail.after) }),
        ...(mail.isUrgent ? { priority: 'high' as const } : {}),
        // RFC 3834: nobody's absence is to be answered to us.
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      const sent = await within(sending, MAIL_MS_MAX)
      if (sent) return { fault: null, refused: (sent.rejected ?? []).map(String) }
      sending.catch(() => {})
      const fault = `the mail server was not done with it after ${MAIL_MS_MAX / 1000} s`
      this.#down = { untilMs: performance.now() + REST_MS, fault }
      return { fault, refused: [] }
    } catch (error) {
      const fault = faultOf(error as SmtpError)
      if (UNREACHABLE.has((error as SmtpError).code ?? ''))
        this.#down = { untilMs: performance.now() + REST_MS, fault }
      return { fault, refused: [] }
    }
  }
}

type SmtpError = Error & {
  readonly code?: string
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
}

/** Of a refused sign-in nothing that the server said: it might say what it was told. */
function faultOf({ code, command, responseCode, response, message }: SmtpError): string {
  if (code === 'EAUTH') return `the mail server does not take the login of SMTP_URL (${responseCode ?? code})`
  if (code === 'ETLS') return 'the mail server offers no TLS that can be trusted'
  const text =
    responseCode === undefined ? `${code ?? 'failed'}: ${message}` : `answered ${response} to ${command}`
  return text.replace(/\s+/g, ' ').slice(0, FAULT_CHARS_MAX)
}
