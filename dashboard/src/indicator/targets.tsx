import { formatCount, formatDay, formatDecimal } from '../text/format.ts'
import type { Figure, TargetArm } from './wire.ts'
import { w } from './words.ts'

/** How far it is to each target, in words; the arms of one date belong together: either is enough. */
export function Targets({ figure }: { figure: Figure }) {
  const dates = [...new Set(figure.target.arms.map(({ by }) => by))].sort()
  return (
    <section class="headline-targets" aria-label={w('target.title')} data-testid="targets">
      {dates.length === 0 && <p class="muted">{w('target.none')}</p>}
      {dates.map((by) => (
        <Target key={by} arms={figure.target.arms.filter((arm) => arm.by === by)} figure={figure} />
      ))}
    </section>
  )
}

function Target({ arms, figure }: { arms: readonly TargetArm[]; figure: Figure }) {
  const [first] = arms
  if (first === undefined) return null
  const year = first.by.slice(0, 4)
  const isEither = arms.length > 1
  const title = isEither
    ? w('target.either', { year })
    : first.kind === 'upper-average'
      ? w('target.upper', { year })
      : w('target.perPerson', { year, value: plain(first.value) })
  return (
    <div class="target-group">
      <p class="target-line">
        <span class="target-words">{title}</span>
        <Verdict met={isMet(arms)} />
      </p>
      {isEither ? (
        <ul class="target-arms">
          {arms.map((arm) => (
            <li key={arm.kind}>
              <p class="target-line">
                <span class="target-words">
                  {arm.kind === 'upper-average'
                    ? w('target.upperArm')
                    : w('target.perPersonArm', { value: plain(arm.value) })}
                </span>
                <Verdict met={arm.met} />
              </p>
              <Judged arm={arm} figure={figure} />
            </li>
          ))}
        </ul>
      ) : (
        <Judged arm={first} figure={figure} />
      )}
    </div>
  )
}

/** One is enough; it is missed only when each is. */
function isMet(arms: readonly TargetArm[]): boolean | null {
  if (arms.some(({ met }) => met === true)) return true
  return arms.every(({ met }) => met === false) ? false : null
}

const plain = (value: string | null): string => (value === null ? '?' : formatDecimal(String(Number(value))))

/** The comparison that was made: of whole numbers, not of the printed ratio. */
function Judged({ arm, figure }: { arm: TargetArm; figure: Figure }) {
  const { connections, population } = figure
  if (arm.kind === 'upper-average')
    return arm.met === null ? <p class="muted small">{w('target.noComparators')}</p> : null
  if (arm.met === null || connections === null || population === null) return null
  const comparison = w(arm.met ? 'target.metBy' : 'target.notMetBy', {
    connections: formatCount(connections),
    value: plain(arm.value),
    population: formatCount(population),
  })
  const missing =
    arm.gap !== null && arm.gap > 0 ? w('target.missing', { count: formatCount(arm.gap) }) : null
  // Met by now is not met by its date.
  const late =
    figure.referenceDate > arm.by
      ? w('target.late', { date: formatDay(Date.parse(figure.referenceDate)) })
      : null
  return (
    <>
      <Bar arm={arm} figure={figure} />
      <p class="muted small">{[comparison, missing, late].filter((part) => part !== null).join('; ')}</p>
    </>
  )
}

/** Never full before the target is met. */
function Bar({ arm, figure: { connections, population } }: { arm: TargetArm; figure: Figure }) {
  const needed = Number(arm.value) * (population ?? 0)
  if (connections === null || !(needed > 0)) return null
  const share = arm.met === true ? 100 : Math.min(99.5, (100 * connections) / needed)
  return (
    <span
      class="bar"
      role="progressbar"
      aria-label={w('target.share', { share: formatDecimal(share.toFixed(1)) })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share)}
    >
      <span class={arm.met ? 'bar-fill bar-met' : 'bar-fill'} style={{ width: `${share}%` }} />
    </span>
  )
}

function Verdict({ met }: { met: boolean | null }) {
  if (met === null) return <span class="verdict">{w('target.unknown')}</span>
  return met ? (
    <span class="verdict verdict-met">✓ {w('target.met')}</span>
  ) : (
    <span class="verdict verdict-not">✗ {w('target.notMet')}</span>
  )
}
