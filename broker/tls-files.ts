import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { Log } from '../core/ports.ts'
import { type RevocationLists, readRevocationLists } from './crl.ts'

export interface TlsPaths {
  readonly cert: string
  readonly key: string
  /** Null: no client certificates. */
  readonly clientCa: string | null
  readonly crl: string | null
}

/** What the files held when they were last whole. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  readonly clientCa: string | null
  readonly lists: RevocationLists | null
}

const LOOK_MS = 1000
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** Reads and checks the files; throws an Error that names the setting. */
export function readTlsFiles({ cert, key, clientCa, crl }: TlsPaths): TlsMaterial {
  const material = {
    cert: read('TLS_CERT_FILE', cert),
    key: read('TLS_KEY_FILE', key),
    clientCa: clientCa === null ? null : read('TLS_CLIENT_CA_FILE', clientCa),
  }
  asSetting('TLS_CERT_FILE and TLS_KEY_FILE are no PEM, or do not go together', () =>
    createSecureContext({ cert: material.cert, key: material.key }),
  )
  if (material.clientCa !== null) checkCa(material.clientCa)
  const lists =
    crl === null
      ? null
      : asSetting('TLS_CLIENT_CRL_FILE', () => readRevocationLists(read('TLS_CLIENT_CRL_FILE', crl)))
  const whole = { ...material, lists }
  asSetting('TLS_CLIENT_CA_FILE and TLS_CLIENT_CRL_FILE', () => createSecureContext(contextOf(whole)))
  return whole
}

/** What a listener that asks for client certificates takes. */
export const contextOf = ({ cert, key, clientCa, lists }: TlsMaterial): SecureContextOptions => ({
  cert,
  key,
  ...(clientCa === null ? {} : { ca: clientCa }),
  ...(lists === null ? {} : { crl: [...lists.pems] }),
})

/**
 * The TLS files as they are on disk: looked at every second, since a mounted or linked file tells nobody that it changed, and
 * read once they have been still for one look, so that a certificate and its key are taken together. What is broken is
 * reported, and the old stays in force.
 */
export class TlsFiles {
  readonly #paths: TlsPaths
  readonly #log: Log
  readonly #listeners = new Set<(material: TlsMaterial) => void>()
  #material: TlsMaterial
  #loaded = ''
  #seen = ''
  #timer: NodeJS.Timeout | null = null
  readonly #onSignal = () => this.#load('SIGHUP')

  constructor(paths: TlsPaths, material: TlsMaterial, log: Log) {
    this.#paths = paths
    this.#material = material
    this.#log = log
    sayWhatRunsOut(material, log)
  }

  get material(): TlsMaterial {
    return this.#material
  }

  onChange(listener: (material: TlsMaterial) => void): void {
    this.#listeners.add(listener)
  }

  async watch(): Promise<void> {
    this.#loaded = this.#seen = await this.#signature()
    process.on('SIGHUP', this.#onSignal)
    const look = async () => {
      const now = await this.#signature()
      if (now === this.#seen && now !== this.#loaded) {
        this.#loaded = now
        this.#load('a file changed')
      }
      this.#seen = now
      if (this.#timer) this.#timer = setTimeout(() => void look(), LOOK_MS).unref()
    }
    this.#timer = setTimeout(() => void look(), LOOK_MS).unref()
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    process.off('SIGHUP', this.#onSignal)
  }

  async #signature(): Promise<string> {
    const { cert, key, clientCa, crl } = this.#paths
    const parts = [cert, key, clientCa, crl].map(async (path) => {
      if (path === null) return ''
      const found = await stat(path).catch(() => null)
      return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : 'away'
    })
    return (await Promise.all(parts)).join('; ')
  }

  #load(why: string): void {
    try {
      this.#material = readTlsFiles(this.#paths)
    } catch (error) {
      this.#log.error(
        { reason: (error as Error).message },
        'new TLS files are not good: the old ones stay in force',
      )
      return
    }
    this.#log.info({ why }, 'TLS files were read again')
    sayWhatRunsOut(this.#material, this.#log)
    for (const listener of this.#listeners) listener(this.#material)
  }
}

function sayWhatRunsOut({ cert, lists }: TlsMaterial, log: Log): void {
  const { validTo } = new X509Certificate(cert)
  if (Date.parse(validTo) < Date.now())
    log.error({ validTo }, 'the certificate of TLS_CERT_FILE is expired: clients will refuse it')
  if (lists && lists.nextUpdateMs < Date.now())
    log.error(
      { nextUpdate: new Date(lists.nextUpdateMs).toISOString() },
      'a list of TLS_CLIENT_CRL_FILE has run out: every client certificate of its CA is refused until a new one is there',
    )
}

function checkCa(pem: string): void {
  const found = pem.match(CERTIFICATES) ?? []
  if (found.length === 0) throw new Error('TLS_CLIENT_CA_FILE: no "BEGIN CERTIFICATE" in it')
  for (const one of found) asSetting('TLS_CLIENT_CA_FILE', () => new X509Certificate(one))
}

function read(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${setting}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function asSetting<T>(setting: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { message } = error as Error
    throw message.startsWith('TLS_') ? error : new Error(`${setting}: ${message}`)
  }
}
