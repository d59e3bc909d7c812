import type { Finding } from '../../core/alarm.ts'
import { RecentKeys } from '../../core/recent-keys.ts'
import type { RefusedConnection } from '../../core/refusals.ts'
import type { Micros } from '../../core/time.ts'
import { countRecent, countsAsAttack, findingsOfRefusal, THRESHOLDS } from './security-rules.ts'

const SUBJECTS_MAX = 10_000

/** Remembers as much of the last refusals as the rules need. */
export class SecurityWatch {
  readonly #devices = new RecentKeys<Micros[]>(SUBJECTS_MAX)
  readonly #addresses = new RecentKeys<Micros[]>(SUBJECTS_MAX)
  readonly #names = new RecentKeys<Map<string, Micros>>(SUBJECTS_MAX)

  refused(refusal: RefusedConnection, now: Micros): Finding[] {
    if (!countsAsAttack(refusal)) return []
    const { device, address } = refusal
    return findingsOfRefusal(refusal, {
      ofDevice: device === null ? 0 : countIn(this.#devices, device, now, THRESHOLDS.deviceRefusals),
      ofAddress: countIn(this.#addresses, address, now, THRESHOLDS.addressRefusals),
      unknownNames: this.#unknownNames(refusal, now),
    })
  }

  #unknownNames({ reason, address, username }: RefusedConnection, now: Micros): number {
    if (reason !== 'unknown_user') return 0
    const names = this.#names.get(address) ?? new Map<string, Micros>()
    const { count, windowS } = THRESHOLDS.unknownNames
    names.delete(username)
    names.set(username, now)
    for (const [name, time] of names)
      if (names.size > count || time <= now - windowS * 1_000_000) names.delete(name)
    this.#names.set(address, names)
    return names.size
  }
}

function countIn(
  subjects: RecentKeys<Micros[]>,
  subject: string,
  now: Micros,
  threshold: { count: number; windowS: number },
): number {
  const times = subjects.get(subject) ?? []
  subjects.set(subject, times)
  return countRecent(times, now, threshold)
}
