import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Gatekeeper, Principal, Role } from '../core/ports.ts'
import { keyedHash, newSecret, sameHash } from '../core/secret.ts'
import { type Micros, microsNow } from '../core/time.ts'
import type { Db } from './db.ts'
import type { Device } from './device.ts'
import type { Registry } from './registry.ts'
import { listTokens, putToken, revokeToken, type TokenRow } from './tokens.ts'

const scryptAsync = promisify(scrypt) as (password: string, salt: Buffer, bytes: number) => Promise<Buffer>
const SCRYPT_BYTES = 32
/** Costly checks under way at once; more are refused, so that wrong passwords cannot burn the CPU. */
const SCRYPT_WAITING_MAX = 8
const TOKEN_FORM = /^plb_([A-Za-z0-9_-]{12})_([A-Za-z0-9_-]{32})$/
const ADMIN_TOKEN_ID = 'admin'

export interface Token {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly createdAt: Micros
}

/** Checks the secrets of devices and tokens. Those the platform made are stored as keyed hashes; the administrator's
 *  token, which a person may choose, through scrypt. */
export class Credentials implements Gatekeeper {
  /** Whether a device logs in with its secret as the user name, as ThingsBoard's devices do; and whether it speaks a native
   *  format, whose clients choose their client ids. */
  nativeLogins: { byToken(device: Device): boolean; choosesClientId(device: Device): boolean } | null = null
  /** Told of every token that is new, changed or revoked, once the database has it. */
  onChange: { token(token: TokenRow): void; revoked(id: string): void } | null = null
  readonly #db: Db
  readonly #registry: Registry
  readonly #key: Uint8Array
  readonly #tokens = new Map<string, TokenRow>()
  /** Digests of chosen secrets that scrypt has found right, so that it is paid once and not per request. */
  readonly #verified = new Map<string, string>()
  readonly #listeners = new Set<(token: string) => void>()
  readonly #checking = new Map<string, Promise<Token | null>>()

  private constructor(db: Db, registry: Registry, key: Uint8Array) {
    this.#db = db
    this.#registry = registry
    this.#key = key
  }

  static async load(db: Db, registry: Registry, key: Uint8Array): Promise<Credentials> {
    return Credentials.from(db, registry, key, await listTokens(db))
  }

  /** With the tokens that were in force when the database was last there. */
  static from(db: Db, registry: Registry, key: Uint8Array, tokens: readonly TokenRow[]): Credentials {
    const credentials = new Credentials(db, registry, key)
    for (const token of tokens) credentials.#tokens.set(token.id, token)
    return credentials
  }

  /** Reads the tokens from the database; what those opened that are in force no more is closed. */
  async refresh(db: Db): Promise<void> {
    const tokens = await listTokens(db)
    const inForce = new Set(tokens.map(({ id }) => id))
    for (const id of this.#tokens.keys()) if (!inForce.has(id)) this.#forget(id)
    for (const token of tokens) this.#tokens.set(token.id, token)
  }

  /** All there are, with what is stored of their secrets. */
  rows = (): readonly TokenRow[] => [...this.#tokens.values()]

  /** A new device secret, to be seen once, and what is stored of it. */
  newDeviceSecret(): { secret: string; hash: Buffer } {
    const secret = newSecret()
    return { secret, hash: keyedHash(this.#key, secret) }
  }

  checkDevice(id: string, secret: string): boolean {
    const device = this.#registry.device(id)
    const now = microsNow()
    // Hashed and compared whether or not the device is there: the answer takes the same time.
    const given = keyedHash(this.#key, secret)
    const none = keyedHash(this.#key, '')
    const isRight = sameHash(given, device?.secretHash ?? none)
    const previous = device?.previousSecret
    const isPrevious = sameHash(given, previous?.hash ?? none) && (previous?.until ?? 0) > now
    const isInService = device !== undefined && (device.retiredAt === null || device.retiredAt > now)
    return (isRight || isPrevious) && secret !== '' && isInService
  }

  async principalOf(username: string, password: string): Promise<Principal | null> {
    if (username !== 'token') {
      if (this.checkDevice(username, password)) return { kind: 'device', device: username }
      return password === '' ? this.#byToken(username) : null
    }
    const token = await this.checkToken(password)
    return token && { kind: 'token', token: token.id, role: token.role }
  }

  ownsClientId(device: string, clientId: string): boolean {
    // One that was registered is that device's alone, also where it begins like another's.
    const registered = this.#registry.deviceOfClientId(clientId)
    if (registered !== undefined) return registered === device
    return clientId === device || clientId.startsWith(`${device}:`)
  }

  #byToken(secret: string): Principal | null {
    const device = this.#registry.deviceOfSecret(keyedHash(this.#key, secret))
    const isRight = device && this.nativeLogins?.byToken(device) && this.checkDevice(device.id, secret)
    return isRight ? { kind: 'device', device: device.id } : null
  }

  choosesClientId(device: string): boolean {
    const known = this.#registry.device(device)
    return known !== undefined && this.nativeLogins?.choosesClientId(known) === true
  }

  isReservedClientId(clientId: string): boolean {
    const base = clientId.split(':', 1)[0] ?? ''
    return (
      this.#registry.device(base) !== undefined || this.#registry.deviceOfClientId(clientId) !== undefined
    )
  }

  async checkToken(text: string): Promise<Token | null> {
    const [, id = '', secret = ''] = TOKEN_FORM.exec(text) ?? []
    const token = this.#tokens.get(id)
    if (token?.method === 'keyed') return sameHash(keyedHash(this.#key, secret), token.hash) ? token : null
    return this.#checkChosen(text)
  }

  /** The token that a signed session names, while it is in force. */
  token = (id: string): Token | null => this.#tokens.get(id) ?? null

  tokens = (): readonly Omit<TokenRow, 'hash' | 'salt'>[] => [...this.#tokens.values()]

  /** Makes a token; its text is seen this once. */
  async createToken(name: string, role: Role): Promise<Token & { readonly token: string }> {
    const id = randomBytes(9).toString('base64url')
    const secret = newSecret()
    const createdAt = microsNow()
    await this.#put({
      id,
      name,
      role,
      method: 'keyed',
      hash: keyedHash(this.#key, secret),
      salt: null,
      createdAt,
    })
    return { id, name, role, createdAt, token: `plb_${id}_${secret}` }
  }

  /** Makes this chosen text the administrator's token. What was opened with another one is closed. */
  async setAdminToken(text: string): Promise<void> {
    if (!(await this.#findChosen(text))) {
      const salt = randomBytes(16)
      const hash = await scryptAsync(text, salt, SCRYPT_BYTES)
      await this.#put({
        id: ADMIN_TOKEN_ID,
        name: 'administrator',
        role: 'admin',
        method: 'scrypt',
        hash,
        salt,
        createdAt: microsNow(),
      })
      this.#ended(ADMIN_TOKEN_ID)
    }
    this.#verified.set(this.#digestOf(text), ADMIN_TOKEN_ID)
  }

  async revoke(id: string): Promise<boolean> {
    const wasInForce = await revokeToken(this.#db, id, microsNow())
    this.#forget(id)
    this.onChange?.revoked(id)
    return wasInForce
  }

  /** Tells of tokens that are no longer good, so that what they opened is closed. */
  onRevoked(listener: (token: string) => void): void {
    this.#listeners.add(listener)
  }

  #forget(id: string): void {
    this.#tokens.delete(id)
    this.#ended(id)
  }

  #ended(id: string): void {
    this.#verified.clear()
    for (const listener of this.#listeners) listener(id)
  }

  async #put(token: TokenRow): Promise<void> {
    await putToken(this.#db, token)
    this.#tokens.set(token.id, token)
    this.onChange?.token(token)
  }

  async #checkChosen(text: string): Promise<Token | null> {
    const digest = this.#digestOf(text)
    const verified = this.#tokens.get(this.#verified.get(digest) ?? '')
    if (verified) return verified
    // Where the right text of every chosen token is known, any other is wrong, and no guess costs a scrypt.
    const known = new Set(this.#verified.values())
    if ([...this.#tokens.values()].every(({ id, method }) => method === 'keyed' || known.has(id))) return null
    const underWay = this.#checking.get(digest)
    if (underWay) return underWay
    if (this.#checking.size >= SCRYPT_WAITING_MAX)
      throw new BusyError('too many tokens are being checked at once: try again in a second')
    const checking = this.#findChosen(text).finally(() => this.#checking.delete(digest))
    this.#checking.set(digest, checking)
    return checking
  }

  async #findChosen(text: string): Promise<Token | null> {
    for (const token of this.#tokens.values()) {
      if (token.method !== 'scrypt' || !token.salt) continue
      if (!timingSafeEqual(await scryptAsync(text, token.salt, SCRYPT_BYTES), token.hash)) continue
      // It may have been replaced while it was checked.
      if (this.#tokens.get(token.id) !== token) continue
      this.#verified.set(this.#digestOf(text), token.id)
      return token
    }
    return null
  }

  #digestOf(text: string): string {
    return keyedHash(this.#key, text).toString('hex')
  }
}

/** Not wrong, only too much at once; answered with 503. */
class BusyError extends Error {
  readonly statusCode = 503
  readonly code = 'BUSY'
}
