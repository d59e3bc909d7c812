import type { FastifyReply, FastifyRequest } from 'fastify'
import { hostOf, plainAddress } from '../core/address.ts'
import type { Audit } from '../store/audit-writer.ts'
import { problem } from './problem.ts'
import { MINUTE_MS, RateLimit, secondsOfMinuteLeft } from './rate-limit.ts'
import { summaryOf } from './redact.ts'

/** Wrong attempts in a minute. One name from one address: a program with an old secret is slowed before it slows its neighbours. */
const PER_PAIR = 10
const PER_ADDRESS = 100
/** From all addresses together: hopeless for guessing, and too many for anybody who wants to lock somebody else out by the way. */
const PER_NAME = 600
const RECORDED_PER_MINUTE = 120
/** A screen on a wall with a token that was revoked tries for months. */
const RECORDED_PER_PAIR_AND_HOUR = 10
const HOUR_MS = 60 * MINUTE_MS
const TRUSTED_MAX = 10_000
const TOKEN_ID = /^plb_([A-Za-z0-9_-]{12})_/

/** Slows the guessing of secrets over HTTP: while there were too many wrong ones, none is looked at. */
export class SignInGuard {
  readonly #audit: Audit
  readonly #pairs: RateLimit
  readonly #addresses: RateLimit
  readonly #names: RateLimit
  readonly #recorded: RateLimit
  readonly #recordedPairs: RateLimit
  /** Pairs that were right once: what others do with the name does not slow them. */
  readonly #trusted = new Set<string>()
  #unrecorded = 0

  constructor(audit: Audit, now: () => number = Date.now) {
    this.#audit = audit
    this.#pairs = new RateLimit(PER_PAIR, MINUTE_MS, now)
    this.#addresses = new RateLimit(PER_ADDRESS, MINUTE_MS, now)
    this.#names = new RateLimit(PER_NAME, MINUTE_MS, now)
    this.#recorded = new RateLimit(RECORDED_PER_MINUTE, MINUTE_MS, now)
    this.#recordedPairs = new RateLimit(RECORDED_PER_PAIR_AND_HOUR, HOUR_MS, now)
  }

  isOver(ip: string, name: string): boolean {
    const address = hostOfIp(ip)
    const pair = `${address} ${name}`
    if (this.#pairs.isOver(pair) || this.#addresses.isOver(address)) return true
    return this.#names.isOver(name) && !this.#trusted.has(pair)
  }

  right(ip: string, name: string): void {
    const pair = `${hostOfIp(ip)} ${name}`
    if (this.#trusted.has(pair)) return
    const [oldest] = this.#trusted
    if (this.#trusted.size >= TRUSTED_MAX && oldest !== undefined) this.#trusted.delete(oldest)
    this.#trusted.add(pair)
  }

  wrong(ip: string, name: string): void {
    const address = hostOfIp(ip)
    this.#pairs.take(`${address} ${name}`)
    this.#addresses.take(address)
    this.#names.take(name)
  }

  /** A wrong attempt of a person or program, counted and recorded. Of many only so many, and how many more there were. */
  async failed({ ip }: FastifyRequest, name: string, reason: string): Promise<void> {
    this.wrong(ip, name)
    if (!this.#recordedPairs.take(`${hostOfIp(ip)} ${name}`) || !this.#recorded.take('')) {
      this.#unrecorded += 1
      return
    }
    const unrecorded = this.#unrecorded
    this.#unrecorded = 0
    await this.#audit.record({
      actor: 'anonymous',
      actorName: '',
      role: null,
      action: 'sign-in-failed',
      targets: [name.slice(0, 64)],
      address: ip,
      summary: summaryOf({ reason, ...(unrecorded > 0 ? { unrecorded } : {}) }),
    })
  }
}

/** What a limit counts a token under; the text of a token that a person chose says nothing. */
export const nameOfToken = (text: string): string => `token:${TOKEN_ID.exec(text)?.[1] ?? '?'}`

export const tooManyAttempts = (reply: FastifyReply): FastifyReply =>
  problem(
    reply.header('retry-after', String(secondsOfMinuteLeft())),
    429,
    'too_many_attempts',
    'too many wrong secrets; until the minute is over none is looked at',
  )

/** Who is counted as one. */
const hostOfIp = (ip: string): string => hostOf(plainAddress(ip))
