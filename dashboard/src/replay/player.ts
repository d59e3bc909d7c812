import { computed, effect, signal } from '@preact/signals'
import { serverNowMs } from '../state/clock.ts'
import { entities, ready } from '../state/entities.ts'
import { route, setQuery } from '../state/route.ts'
import { throttled } from '../state/throttled.ts'
import { RequestError } from '../wire/client.ts'
import { Recording } from './recording.ts'
import { type Span, spanFrom, stepFor } from './window.ts'
import { readReplay } from './wire.ts'

const FILTERS = ['entity', 'area', 'type', 'domain'] as const
export const SPEEDS = [1, 10, 60, 600] as const
export type Speed = (typeof SPEEDS)[number]

export type Phase =
  | { readonly kind: 'loading'; readonly read: number; readonly all: number }
  | { readonly kind: 'shown'; readonly recording: Recording }
  | { readonly kind: 'failed'; readonly error: RequestError }

export const phase = signal<Phase>({ kind: 'loading', read: 0, all: 0 })
export const span = signal<Span>({ fromMs: 0, toMs: 0 })
export const step = signal(0)
export const isPlaying = signal(false)
export const speed = signal<Speed>(60)
export const chosen = signal<string | null>(null)

export const recording = computed(() => (phase.value.kind === 'shown' ? phase.value.recording : null))

export function seek(to: number): void {
  step.value = Math.min(recording.value?.lastStep ?? 0, Math.max(0, to))
}

/** The same window once more. */
export function loadAgain(): void {
  loads.value++
}

export function togglePlay(): void {
  const { lastStep = 0 } = recording.value ?? {}
  if (!isPlaying.value && step.value >= lastStep) step.value = 0
  isPlaying.value = !isPlaying.value
}

const TICK_MS = 100
const ADDRESS_MS = 700
const slowStep = throttled(step, ADDRESS_MS)
const loads = signal(0)
const PROGRESS_EVERY = 200

/** What is asked for, without the moment: another of it is another recording. */
const asked = computed(() => {
  const { page, query } = route.value
  const named = ['from', 'to', ...FILTERS].map((name) => [name, query.get(name) ?? ''])
  return page === 'replay' ? new URLSearchParams(named).toString() : null
})

/** Follows the address, and plays, until the returned function is called. */
export function startPlayer(): () => void {
  let abort = new AbortController()
  let written: string | null = null
  const stops = [
    effect(() => {
      loads.value
      // How many there are decides how fine the steps may be.
      if (asked.value === null || !ready.value) return
      const { query } = route.peek()
      span.value = spanFrom(query, serverNowMs())
      if (!query.has('from') || !query.has('to')) return setQuery(addressed(span.value))
      abort.abort()
      abort = new AbortController()
      void load(abort.signal)
    }),
    effect(() => {
      const at = momentOf(slowStep.value)
      if (at === null || route.peek().page !== 'replay' || at === written) return
      written = at
      setQuery({ at })
    }),
    // Somebody followed a link to another moment of the same window.
    effect(() => {
      const at = route.value.query.get('at')
      const shown = recording.peek()
      if (at === null || at === written || shown === null) return
      written = at
      step.value = shown.stepOf(Date.parse(at))
    }),
    playing(),
  ]
  return () => {
    abort.abort()
    isPlaying.value = false
    for (const stop of stops) stop()
    phase.value = { kind: 'loading', read: 0, all: 0 }
  }
}

export const addressed = ({ fromMs, toMs }: Span) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
})

function momentOf(at: number): string | null {
  const shown = recording.value
  return shown && new Date(shown.timeOf(Math.min(at, shown.lastStep))).toISOString()
}

function playing(): () => void {
  let carryMs = 0
  let lastMs = performance.now()
  const tick = (): void => {
    const nowMs = performance.now()
    const passedMs = nowMs - lastMs
    lastMs = nowMs
    const shown = recording.peek()
    if (!isPlaying.peek() || shown === null) return
    carryMs += passedMs * speed.peek()
    const steps = Math.floor(carryMs / shown.stepMs)
    carryMs -= steps * shown.stepMs
    if (steps > 0) seek(step.peek() + steps)
    if (step.peek() >= shown.lastStep) isPlaying.value = false
  }
  const timer = setInterval(tick, TICK_MS)
  return () => clearInterval(timer)
}

async function load(signal: AbortSignal): Promise<void> {
  const { query } = route.peek()
  const wanted = span.peek()
  isPlaying.value = false
  phase.value = { kind: 'loading', read: 0, all: 0 }
  const filters = FILTERS.flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [[name, value]]
  })
  const window = { ...addressed(wanted), stepS: String(stepFor(wanted, countOf(query))) }
  try {
    const whole = await read(new URLSearchParams([...Object.entries(window), ...filters]), signal)
    if (signal.aborted || whole === null) return
    const at = Date.parse(query.get('at') ?? '')
    step.value = whole.stepOf(Number.isFinite(at) ? at : whole.fromMs)
    phase.value = { kind: 'shown', recording: whole }
  } catch (error) {
    if (signal.aborted) return
    if (!(error instanceof RequestError)) throw error
    phase.value = { kind: 'failed', error }
  }
}

/** About how many entities are asked for. */
function countOf(query: URLSearchParams): number {
  if (query.has('entity')) return 1
  const is = (name: string, value: string | null) => !query.has(name) || query.get(name) === value
  let count = 0
  for (const { type, area, domain } of entities.values())
    if (is('type', type) && is('area', area) && is('domain', domain)) count++
  return count
}

async function read(query: URLSearchParams, signal: AbortSignal): Promise<Recording | null> {
  let found: Recording | null = null
  await readReplay(
    query,
    (line) => {
      if (line.kind === 'window') found = new Recording(line)
      found?.take(line)
      const count = found?.courses.length ?? 0
      if (count % PROGRESS_EVERY === 0 && !signal.aborted)
        phase.value = { kind: 'loading', read: count, all: found?.window.entities ?? 0 }
    },
    signal,
  )
  const whole = found as Recording | null
  whole?.sort()
  return whole
}
