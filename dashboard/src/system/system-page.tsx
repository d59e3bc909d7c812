import './system.css'
import type { ComponentChildren } from 'preact'
import { errorText, useAsked } from '../state/asked.ts'
import { nowMs } from '../state/clock.ts'
import { formatClock, formatCount } from '../text/format.ts'
import type { System } from '../wire/system.ts'
import { ConnectionsCard, IntakeCard, LagCard, ProcessCard, QueueCard } from './flow-cards.tsx'
import { isTrouble, judge, type State, SUBJECTS, type Subject, type Verdict, worstOf } from './judge.ts'
import { StateMark } from './state-mark.tsx'
import { ChannelsCard, DatabaseCard, RejectionsCard, SpoolCard, UpstreamsCard } from './store-cards.tsx'
import { adviceText, w } from './words.ts'

const EVERY_MS = 3000
/** Three answers missed. */
const STALE_MS = 12_000

type CardBody = (props: { readonly system: System }) => ComponentChildren

const BODIES: Readonly<Record<Subject, CardBody>> = {
  intake: IntakeCard,
  lag: LagCard,
  queue: QueueCard,
  spool: SpoolCard,
  database: DatabaseCard,
  rejections: RejectionsCard,
  connections: ConnectionsCard,
  upstreams: UpstreamsCard,
  channels: ChannelsCard,
  process: ProcessCard,
}

/** How the platform itself does, part by part, and what to do about what is not well. */
export function SystemPage() {
  const { body, error } = useAsked<System>('/system', 0, EVERY_MS).value
  if (body === null)
    return (
      <main class="system">
        <h2 class="system-title">{w('page.title')}</h2>
        <p class={error === null ? 'muted' : 'error'} role="status">
          {error === null ? w('page.loading') : w('page.refused', { detail: errorText(error) })}
        </p>
      </main>
    )
  const verdicts = judge(body)
  const isStale = nowMs.value - Date.parse(body.time) > STALE_MS
  return (
    <main class={isStale ? 'system system-stale' : 'system'} data-testid="system" data-stale={isStale}>
      <Head system={body} verdicts={verdicts} isStale={isStale} />
      <Said system={body} />
      <div class="system-cards">
        {SUBJECTS.map((subject) => {
          const Body = BODIES[subject]
          return (
            <Card key={subject} subject={subject} verdict={verdicts[subject]}>
              <Body system={body} />
            </Card>
          )
        })}
      </div>
    </main>
  )
}

interface HeadProps {
  readonly system: System
  readonly verdicts: Readonly<Record<Subject, Verdict>>
  readonly isStale: boolean
}

function Head({ system, verdicts, isStale }: HeadProps) {
  const states = SUBJECTS.map((subject) => verdicts[subject].state)
  const overall = worstOf(states)
  const count = states.filter(isTrouble).length
  const time = formatClock(Date.parse(system.time))
  return (
    <header class="system-head">
      <h2 class="system-title">{w('page.title')}</h2>
      <p class={`system-overall system-${overall}`} role="status" data-testid="system-overall">
        <StateMark state={overall} />
        {w(overall === 'unused' ? 'overall.good' : `overall.${overall}`, { count: formatCount(count) })}
      </p>
      <p
        class={isStale ? 'system-age system-age-stale' : 'system-age muted'}
        role={isStale ? 'alert' : undefined}
      >
        {w(isStale ? 'page.stale' : 'page.asOf', { time })}
      </p>
    </header>
  )
}

/** Word for word what `/readyz` says. */
function Said({ system: { reasons, warnings } }: { system: System }) {
  if (reasons.length + warnings.length === 0) return null
  return (
    <section class="card system-said" aria-label={w('page.warnings')} data-testid="system-said">
      <h3 class="card-title">{w('page.warnings')}</h3>
      <ul lang="en">
        {[...reasons, ...warnings].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  )
}

interface CardProps {
  readonly subject: Subject
  readonly verdict: Verdict
  readonly children: ComponentChildren
}

function Card({ subject, verdict: { state, advice, amount }, children }: CardProps) {
  return (
    <section
      class={`card system-card system-card-${state}`}
      aria-label={w(`card.${subject}`)}
      data-testid={`system-${subject}`}
      data-state={state}
    >
      <div class="system-card-head">
        <h3 class="card-title">{w(`card.${subject}`)}</h3>
        <StateChip state={state} />
      </div>
      <p class="system-advice">{advice !== null && adviceText(advice, formatCount(amount))}</p>
      {children}
    </section>
  )
}

function StateChip({ state }: { state: State }) {
  return (
    <span class={`system-chip system-${state}`}>
      <StateMark state={state} />
      {w(`state.${state}`)}
    </span>
  )
}
