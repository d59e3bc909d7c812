import { deviceId } from './fill.ts'
import type { Api } from './subject.ts'

/** Requests under way at once, as of a script that sets a province up. */
const AT_ONCE = 16
/** Every tenth entity feeds the nine after it. */
const FED = 9
const RELATIONS_A_REQUEST = 1000
const quantity = 'active-power'
/** Of each kind one; the load's values lie between 12 and 13, so that none of them raises for long. */
const CONDITIONS = [
  { kind: 'threshold', quantity, above: 20, hysteresis: 1, forS: 60 },
  { kind: 'rate', quantity, rises: 5, withinS: 60 },
  { kind: 'flat-line', quantity, forS: 600, tolerance: 0 },
  { kind: 'implausible', quantity },
  { kind: 'silence', afterS: 3600 },
  { kind: 'pattern', quantity, deviations: 5 },
  { kind: 'expression', expression: `value("${quantity}") > 20 && feeds.any(value("${quantity}") > 20)` },
]

export async function call(api: Api, method: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${api.token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

export async function makeRelations(api: Api, entities: number): Promise<void> {
  const all = Array.from({ length: entities }, (_, i) => i)
    .filter((i) => i % (FED + 1) !== 0)
    .map((i) => ({ kind: 'feeds', from: deviceId(i - (i % (FED + 1))), to: deviceId(i) }))
  for (let at = 0; at < all.length; at += RELATIONS_A_REQUEST)
    await call(api, 'POST', '/relations/import', { items: all.slice(at, at + RELATIONS_A_REQUEST) })
}

const ruleId = (i: number): string => `bench-rule-${i}`

/** One rule an entity, the kinds by turns; gives how long it took. */
export const makeRules = (api: Api, rules: number, entities: number): Promise<number> =>
  inTurns(rules, async (i) => {
    await call(api, 'POST', '/alarm-rules', {
      ...{ id: ruleId(i), nameVi: 'Đo', nameEn: 'Bench', severity: 'low' },
      scope: { entities: [deviceId(i % entities)] },
      condition: CONDITIONS[i % CONDITIONS.length],
    })
  })

export const removeRules = (api: Api, rules: number): Promise<number> =>
  inTurns(rules, async (i) => void (await call(api, 'DELETE', `/alarm-rules/${ruleId(i)}`)))

async function inTurns(count: number, work: (i: number) => Promise<void>): Promise<number> {
  const startedAtMs = performance.now()
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return performance.now() - startedAtMs
}
