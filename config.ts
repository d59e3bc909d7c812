import { isIP } from 'node:net'
import { z } from 'zod'
import { readAddresses } from './core/address.ts'
import { MAIL_SETTINGS, mailFaults } from './mail-settings.ts'
import { OIDC_SETTINGS, oidcFaults } from './oidc-settings.ts'

const port = (fallback: number) => whole(fallback, 0, 65_535)
const whole = (fallback: number, min: number, max: number) => {
  const error = `takes a whole number from ${min} to ${max}`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback)
}
const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1')
const file = z.string().min(1).optional()

const isProxyList = (list: string) =>
  list.split(',').every((range) => {
    const [address = '', bits, ...rest] = range.trim().split('/')
    const most = isIP(address) === 4 ? 32 : 128
    return (
      isIP(address) !== 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    )
  })

/** Every setting of the platform, with its meaning; .env.example is checked against it by a test. */
export const ConfigSchema = z
  .object({
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: 'takes postgres://user:password@host:port/database' })
      .optional()
      .describe('TimescaleDB server; absent: the embedded one'),
    DATA_LICENCE: z
      .url({ error: 'takes the address of a licence, e.g. https://creativecommons.org/licenses/by/4.0/' })
      .optional()
      .describe('under which published figures may be used; absent: nothing is said of it'),
    DATA_PUBLISHER: z
      .string()
      .min(1)
      .max(200)
      .default('Plumbline')
      .describe('who publishes the figures, as catalogues name them'),
    DATA_DIR: z
      .string()
      .min(1)
      .default('./data')
      .describe('folder of the embedded database and the secret key'),
    HTTP_HOST: z.string().min(1).default('127.0.0.1').describe('address of the API and the dashboard'),
    HTTP_PORT: port(8080).describe('0 takes a free port'),
    MQTT_HOST: z.string().min(1).default('127.0.0.1').describe('address of the MQTT listeners'),
    MQTT_PORT: port(1883).describe('0 takes a free port'),
    MQTTS_PORT: port(8883).describe('MQTT over TLS; listens when TLS_CERT_FILE is set'),
    TLS_CERT_FILE: file.describe('certificate chain, PEM; turns on MQTTS and HTTPS'),
    TLS_KEY_FILE: file.describe('private key, PEM'),
    TLS_CLIENT_CA_FILE: file.describe(
      'CA of client certificates on MQTTS, PEM; one that names a device in CN or SAN signs it in without a password',
    ),
    TLS_CLIENT_AUTH: z
      .enum(['required', 'optional'])
      .default('required')
      .describe(
        'with TLS_CLIENT_CA_FILE: whether a client without a certificate may sign in by its password',
      ),
    TLS_CLIENT_CRL_FILE: file.describe(
      'certificate revocation lists of every CA of TLS_CLIENT_CA_FILE, PEM; read again when it changes',
    ),
    MQTT_WS_PATH: z
      .string()
      .startsWith('/')
      .default('/mqtt')
      .describe('path of MQTT over WebSocket on the HTTP port'),
    MQTT_WS_ORIGINS: z
      .string()
      .default('')
      .transform((list) =>
        list
          .split(',')
          .map((origin) => origin.trim())
          .filter(Boolean),
      )
      .describe('further origins whose pages may speak MQTT over WebSocket, e.g. https://wall.example.org'),
    TRUSTED_PROXIES: z
      .string()
      .min(1)
      .refine(isProxyList, 'takes addresses or CIDR ranges, by comma')
      .optional()
      .describe('proxies before the HTTP port, whose X-Forwarded-For tells who asks; absent: none'),
    PUBLIC_HOST: z
      .string()
      .regex(
        /^(?:[A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:]{2,39}\]?)$/,
        'takes a host name or an address, without a port',
      )
      .optional()
      .describe(
        'name or address by which devices reach the platform; absent: the one that the page was asked by',
      ),
    ADMIN_TOKEN: z
      .string()
      .min(12)
      .max(200)
      .optional()
      .describe('sign-in token of the administrator; absent: created at first start and printed once'),
    SECRET_KEY_FILE: file.describe(
      'key of the keyed hashes; absent: DATA_DIR/secret.key, made at first start, mode 0600',
    ),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('least severe level logged'),
    ROLES: z.string().default('all').describe('parts this process runs; only "all" is built yet'),
    NATS_URL: z.string().optional().describe('not built yet; absent: the broker in this process'),
    STORE_PLAIN: flag.describe('1: accept a PostgreSQL without TimescaleDB; for benches and drills only'),
    RETENTION_DAYS: whole(1100, 100, 36_500).describe('observations older than this are dropped and refused'),
    LATE_DAYS: whole(30, 1, 3650).describe(
      'older readings go by the backfill lane; compression starts after it',
    ),
    REJECTION_DAYS: whole(90, 1, 3650).describe('rejections are kept this long'),
    REJECTION_MEGABYTES_MAX: whole(512, 1, 1_000_000).describe(
      'bytes of rejections kept; the oldest leave first',
    ),
    PENDING_MEGABYTES_MAX: whole(64, 1, 65_536).describe(
      'bytes accepted and not yet committed; at it the senders wait',
    ),
    SPOOL_MEGABYTES_MAX: whole(1024, 0, 1_000_000).describe(
      'bytes of acknowledged messages kept in DATA_DIR while the database server is away; 0: no spool, senders wait',
    ),
    SPOOL_AFTER_MS: whole(2000, 100, 600_000).describe(
      'a batch that the database server has not committed for so long goes to the spool',
    ),
    ...OIDC_SETTINGS,
    ...MAIL_SETTINGS,
    MQTT_CONNECTIONS_MAX: whole(20_000, 1, 10_000_000).describe('open MQTT connections'),
    MQTT_ADDRESS_CONNECTIONS_MAX: whole(10_000, 0, 10_000_000).describe(
      'open MQTT connections of one address; 0: no limit',
    ),
    MQTT_ADDRESS_CONNECTS_PER_SECOND_MAX: whole(500, 0, 1_000_000).describe(
      'MQTT connections that one address opens in a second, over 10 seconds; 0: no limit',
    ),
    MQTT_DEVICE_MESSAGES_PER_SECOND_MAX: whole(1000, 0, 1_000_000).describe(
      'messages of one device in a second, over a minute; a gateway has 50 times as many; 0: no limit',
    ),
    SHARED_ADDRESSES: z
      .string()
      .default('127.0.0.1,::1')
      .refine((text) => readAddresses(text) !== null, {
        error: 'takes addresses and networks between commas, e.g. 127.0.0.1,10.0.0.0/8',
      })
      .describe('addresses that many clients share, such as a proxy or a NAT: never refused as a whole'),
    MQTT_KEEPALIVE_SECONDS_MAX: whole(3600, 10, 65_535).describe(
      'a silent client is cut off after 1.5 times this, whatever keep-alive it asked for',
    ),
  })
  .superRefine((config, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if ((config.TLS_CERT_FILE === undefined) !== (config.TLS_KEY_FILE === undefined))
      fault(
        config.TLS_CERT_FILE ? 'TLS_KEY_FILE' : 'TLS_CERT_FILE',
        'is needed as well: a certificate and its key go together',
      )
    if (config.TLS_CLIENT_CA_FILE && !config.TLS_CERT_FILE)
      fault('TLS_CLIENT_CA_FILE', 'needs TLS_CERT_FILE and TLS_KEY_FILE')
    if (config.TLS_CLIENT_CRL_FILE && !config.TLS_CLIENT_CA_FILE)
      fault('TLS_CLIENT_CRL_FILE', 'needs TLS_CLIENT_CA_FILE')
    if (config.TLS_CLIENT_AUTH === 'optional' && !config.TLS_CLIENT_CA_FILE)
      fault('TLS_CLIENT_AUTH', 'needs TLS_CLIENT_CA_FILE')
    for (const [name, text] of [...oidcFaults(config), ...mailFaults(config)]) fault(name, text)
    if (config.ROLES !== 'all') fault('ROLES', 'not built yet: leave it out, or set it to "all"')
    if (config.NATS_URL) fault('NATS_URL', 'not built yet: leave it out')
    if (config.STORE_PLAIN && !config.DATABASE_URL)
      fault('STORE_PLAIN', 'needs DATABASE_URL: the embedded database has TimescaleDB')
    if (config.LATE_DAYS >= config.RETENTION_DAYS) fault('LATE_DAYS', 'must be less than RETENTION_DAYS')
  })

export type Config = z.infer<typeof ConfigSchema>

/** EX_CONFIG of sysexits.h. */
export const EXIT_CONFIG = 78

// What a wrong value is may be a secret; these are named without being shown.
const SECRET = new Set(['ADMIN_TOKEN', 'DATABASE_URL', 'OIDC_CLIENT_SECRET', 'SMTP_URL'])

/** The settings, or one line per fault: the variable, what it got, what it takes. Empty text counts as absent. */
export function readConfig(env: NodeJS.ProcessEnv): { config: Config } | { faults: string[] } {
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''))
  const parsed = ConfigSchema.safeParse(given)
  if (parsed.success) return { config: parsed.data }
  return {
    faults: parsed.error.issues.map((issue) => {
      const name = String(issue.path[0])
      const got = given[name]
      const shown = got === undefined ? 'nothing' : SECRET.has(name) ? '(not shown)' : JSON.stringify(got)
      return `${name}: got ${shown}; ${issue.message}`
    }),
  }
}
