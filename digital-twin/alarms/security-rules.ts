import type { Finding } from '../../core/alarm.ts'
import type { MinuteRate } from '../../core/door.ts'
import type { RefusalReason, RefusedConnection } from '../../core/refusals.ts'
import type { Micros } from '../../core/time.ts'

/** When is something worth an alarm: counts within a window, and after how much quiet it is over. */
export const THRESHOLDS = {
  deviceRefusals: { count: 10, windowS: 300 },
  addressRefusals: { count: 30, windowS: 300 },
  unknownNames: { count: 10, windowS: 600 },
  /** Times the usual rate; at least so many in the minute; the usual rate known from so many minutes. */
  rate: { times: 10, messagesMin: 120, minutesMin: 10 },
  quietS: 900,
  newNetworkQuietS: 3600,
} as const

/** The platform's own state, or only somebody's slip of a topic: nobody attacks. */
const HARMLESS: ReadonlySet<RefusalReason> = new Set([
  'connections_max',
  'unavailable',
  'subscribe_not_allowed',
])

/** What one refusal is enough for. */
const AT_ONCE: Partial<
  Record<RefusalReason, { rule: string; severity: Finding['severity']; textVi(subject: string): string }>
> = {
  too_many_messages: {
    rule: 'message-flood',
    severity: 'medium',
    textVi: (subject) => `${subject} gửi quá nhiều bản tin và đã bị ngắt kết nối: hãy kiểm tra thiết bị`,
  },
  certificate_revoked: {
    rule: 'revoked-certificate',
    severity: 'critical',
    textVi: (subject) =>
      `${subject} kết nối bằng chứng thư đã bị thu hồi: có thể có kẻ khác đang dùng chứng thư này`,
  },
}

const security = { kind: 'security', quietS: THRESHOLDS.quietS } as const

/** How often a refusal's device and address were refused lately, as far as it counts. */
export interface RecentRefusals {
  readonly ofDevice: number
  readonly ofAddress: number
  /** Different names from the address that no device has. */
  readonly unknownNames: number
}

export const countsAsAttack = ({ reason }: RefusedConnection): boolean => !HARMLESS.has(reason)

export function findingsOfRefusal(refusal: RefusedConnection, recent: RecentRefusals): Finding[] {
  const { device, address, reason, advice } = refusal
  const findings: Finding[] = []
  const add = (
    rule: string,
    subject: string,
    more: Pick<Finding, 'severity' | 'text' | 'textVi' | 'details'>,
  ) => findings.push({ ...security, rule, key: `${rule}/${subject}`, device: null, address, ...more })
  if (reason === 'certificate_crl')
    findings.push({
      ...{ ...security, rule: 'no-revocation-list', key: 'no-revocation-list', severity: 'critical' },
      ...{ device: null, address: null, text: advice, details: { reason } },
      textVi:
        'không đọc được danh sách chứng thư bị thu hồi (CRL), nên mọi chứng thư đều bị từ chối: hãy thay tệp CRL',
    })
  const atOnce = AT_ONCE[reason]
  if (atOnce) {
    const subject = device ?? address
    const finding = {
      ...security,
      rule: atOnce.rule,
      key: `${atOnce.rule}/${subject}`,
      severity: atOnce.severity,
    }
    findings.push({
      ...finding,
      device,
      address,
      text: advice,
      textVi: atOnce.textVi(subject),
      details: { reason },
    })
  }
  if (device !== null && recent.ofDevice >= THRESHOLDS.deviceRefusals.count) {
    const text = `${device} was refused at least ${recent.ofDevice} times within ${minutes(THRESHOLDS.deviceRefusals.windowS)}; last from ${address}: ${advice}`
    const textVi = `${device} bị từ chối ít nhất ${recent.ofDevice} lần trong ${minutesVi(THRESHOLDS.deviceRefusals.windowS)}; lần cuối từ ${address}, lý do: ${reason}`
    const details = { reason, address, refusals: recent.ofDevice }
    const rule = 'device-refused-often'
    findings.push({
      ...security,
      rule,
      key: `${rule}/${device}`,
      severity: 'medium',
      device,
      address,
      text,
      textVi,
      details,
    })
  }
  if (address === '') return findings
  if (recent.ofAddress >= THRESHOLDS.addressRefusals.count)
    add('address-refused-often', address, {
      severity: 'medium',
      text: `${address} was refused at least ${recent.ofAddress} times within ${minutes(THRESHOLDS.addressRefusals.windowS)}; last: ${advice}`,
      textVi: `${address} bị từ chối ít nhất ${recent.ofAddress} lần trong ${minutesVi(THRESHOLDS.addressRefusals.windowS)}; lý do cuối cùng: ${reason}`,
      details: { reason, refusals: recent.ofAddress },
    })
  if (recent.unknownNames >= THRESHOLDS.unknownNames.count)
    add('name-scan', address, {
      severity: 'critical',
      text: `${address} tried at least ${recent.unknownNames} names that no device has within ${minutes(THRESHOLDS.unknownNames.windowS)}: it looks for devices; block it in the firewall`,
      textVi: `${address} đã thử ít nhất ${recent.unknownNames} tên không thuộc thiết bị nào trong ${minutesVi(THRESHOLDS.unknownNames.windowS)}: đang dò tìm thiết bị; hãy chặn địa chỉ này trên tường lửa`,
      details: { names: recent.unknownNames },
    })
  return findings
}

/** Null: the device sends as it usually does, or what is usual is not known yet. */
export function findingOfRate({ device, messages, usual, minutes: known }: MinuteRate): Finding | null {
  const { times, messagesMin, minutesMin } = THRESHOLDS.rate
  if (known < minutesMin || messages < messagesMin || messages < times * usual) return null
  const rule = 'unusual-rate'
  const details = { messagesPerMinute: messages, usualPerMinute: Math.round(usual * 100) / 100 }
  const text = `${device} sent ${messages} messages in a minute, usually ${details.usualPerMinute}: a backlog after an outage, a faulty device, or somebody else with its credentials`
  const textVi = `${device} gửi ${messages} bản tin trong một phút, bình thường ${details.usualPerMinute}: dữ liệu dồn sau khi mất kết nối, thiết bị hỏng, hoặc kẻ khác đang dùng thông tin đăng nhập của nó`
  return {
    ...security,
    rule,
    key: `${rule}/${device}`,
    severity: 'medium',
    device,
    address: null,
    text,
    textVi,
    details,
  }
}

/** A device signed in from a network that it never came from. */
export function findingOfNetwork(
  device: string,
  address: string,
  network: string,
  known: readonly string[],
): Finding {
  const rule = 'new-network'
  const text = `${device} signed in from ${address}; before it came from ${known.join(', ')}: it was moved, or somebody else has its credentials`
  return {
    ...security,
    quietS: THRESHOLDS.newNetworkQuietS,
    ...{
      rule,
      key: `${rule}/${device}`,
      severity: 'medium',
      device,
      address,
      text,
      textVi: `${device} đăng nhập từ ${address}; trước đây từ ${known.join(', ')}: thiết bị đã được chuyển chỗ, hoặc kẻ khác đang dùng thông tin đăng nhập của nó`,
      details: { network, known },
    },
  }
}

const minutesVi = (seconds: number): string => `${seconds / 60} phút`
const minutes = (seconds: number): string => `${seconds / 60} minutes`

/** The times of the last events, as many as a threshold needs: adds one, and gives how many lie within the window. */
export function countRecent(
  times: Micros[],
  now: Micros,
  { count, windowS }: { count: number; windowS: number },
): number {
  times.push(now)
  if (times.length > count) times.shift()
  return times.filter((time) => time > now - windowS * 1_000_000).length
}
