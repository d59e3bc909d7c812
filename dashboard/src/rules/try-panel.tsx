import { useSignal } from '@preact/signals'
import { addressOf } from '../state/route.ts'
import { formatAge, formatCount, formatExact, formatMoment } from '../text/format.ts'
import { post, RequestError } from '../wire/client.ts'
import { unitOf } from './rule-text.ts'
import type { RuleBody, Tried, TriedAlarm } from './wire.ts'
import { w } from './words.ts'

const HOURS = [24, 168] as const
const SHOWN_MAX = 50
const HOUR_MS = 3_600_000

interface Props {
  /** As it stands in the form; null: it is not complete. */
  readonly body: () => RuleBody | null
  readonly refused: (error: RequestError) => void
  readonly isSilence: boolean
}

/** What the rule in the form would have raised of what is stored: before it wakes anybody. */
export function TryPanel({ body, refused, isSilence }: Props) {
  const hours = useSignal<(typeof HOURS)[number]>(24)
  const tried = useSignal<Tried | 'trying' | null>(null)
  const run = async (): Promise<void> => {
    const rule = body()
    if (rule === null) return
    tried.value = 'trying'
    try {
      const [from, to] = [Date.now() - hours.value * HOUR_MS, Date.now()].map((ms) =>
        new Date(ms).toISOString(),
      )
      tried.value = await post<Tried>('/alarm-rules/try', { rule, from, to })
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      tried.value = null
      refused(error)
    }
  }
  return (
    <section class="card rule-part" aria-labelledby="rule-try">
      <h2 id="rule-try" class="card-title">
        {w('try.title')}
      </h2>
      {isSilence ? (
        <p class="muted">{w('try.silence')}</p>
      ) : (
        <div class="rule-actions">
          <div class="segments">
            {HOURS.map((option) => (
              <button
                key={option}
                type="button"
                class="segment"
                aria-pressed={option === hours.value}
                onClick={() => (hours.value = option)}
                data-testid={`try-${option}`}
              >
                {w(`try.${option}`)}
              </button>
            ))}
          </div>
          <button
            type="button"
            class="button"
            disabled={tried.value === 'trying'}
            onClick={() => void run()}
            data-testid="rule-try"
          >
            {w('try.run')}
          </button>
        </div>
      )}
      <div aria-live="polite" data-testid="rule-tried">
        {tried.value === 'trying' && <p class="muted">{w('try.running')}</p>}
        {tried.value !== null && tried.value !== 'trying' && !isSilence && <Found tried={tried.value} />}
      </div>
    </section>
  )
}

function Found({ tried: { items, readings, unjudged = 0, truncated } }: { tried: Tried }) {
  const count = items.length
  const said = count === 0 ? 'try.none' : count === 1 ? 'try.one' : 'try.found'
  const rest = count - SHOWN_MAX
  return (
    <>
      <p>{w(said, { count: formatCount(count), readings: formatCount(readings) })}</p>
      {unjudged > 0 && <p class="muted small">{w('try.unjudged', { count: formatCount(unjudged) })}</p>}
      {truncated && <p class="state-late small">{w('try.truncated')}</p>}
      {count > 0 && (
        <table class="rule-tried">
          <thead>
            <tr>
              <th scope="col">{w('try.entity')}</th>
              <th scope="col">{w('try.value')}</th>
              <th scope="col">{w('try.raised')}</th>
              <th scope="col">{w('try.lasted')}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, SHOWN_MAX).map((item) => (
              <FoundRow key={`${item.entity} ${item.channel} ${item.raisedAt}`} item={item} />
            ))}
          </tbody>
        </table>
      )}
      {rest > 0 && <p class="muted">{w('try.more', { count: formatCount(rest) })}</p>}
    </>
  )
}

function FoundRow({ item: { entity, quantity, channel, value, raisedAt, clearedAt } }: { item: TriedAlarm }) {
  const told = value === null ? '–' : `${formatExact(value)} ${unitOf(quantity ?? undefined)}`
  return (
    <tr>
      <td>
        <a href={addressOf('entities', entity)}>{entity}</a> {channel}
      </td>
      <td>{told}</td>
      <td>{formatMoment(Date.parse(raisedAt))}</td>
      <td>
        {clearedAt === null ? w('try.stillOn') : formatAge(Date.parse(clearedAt) - Date.parse(raisedAt))}
      </td>
    </tr>
  )
}
