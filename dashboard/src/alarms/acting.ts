import { signal } from '@preact/signals'
import { errorText } from '../state/asked.ts'
import type { Alarm, Severity } from '../wire/alarm.ts'
import { patch, post, RequestError, remove } from '../wire/client.ts'
import { learn, unlearn } from './asked-pages.ts'
import { titleOf } from './sentence.ts'
import { w } from './words.ts'

export type Deed = 'acknowledge' | 'unacknowledge' | 'shelve' | 'unshelve' | 'clear' | 'edit' | 'delete'

/** What goes with it, as the API takes it. */
export interface With {
  readonly note?: string
  readonly minutes?: number
  readonly until?: string
  readonly severity?: Severity
}

/** Which dialog is open, and about what. */
export const asking = signal<{ readonly deed: Deed; readonly alarms: readonly Alarm[] } | null>(null)

export interface Said {
  readonly text: string
  /** Whether something went wrong. */
  readonly isFault: boolean
  readonly undo: { readonly deed: Deed; readonly ids: readonly number[] } | null
}

/** What is said of the last thing that was done. */
export const said = signal<Said | null>(null)

export interface Run {
  readonly total: number
  readonly done: number
  readonly failed: readonly { readonly alarm: Alarm; readonly why: string }[]
  /** Those whose turn did not come yet. */
  readonly left: readonly Alarm[]
  readonly isOver: boolean
}

/** Whether there is something to do: nobody acknowledges what is acknowledged. */
export function canBe(deed: Deed, { acknowledgedAt, clearedAt, shelvedUntil }: Alarm): boolean {
  if (deed === 'acknowledge') return acknowledgedAt === null
  if (deed === 'unacknowledge') return acknowledgedAt !== null
  if (deed === 'unshelve') return shelvedUntil !== null
  if (deed === 'clear') return clearedAt === null
  if (deed === 'delete') return clearedAt !== null
  return true
}

/** Opens the dialog of what needs one; does the rest at once. */
export function ask(deed: Deed, alarms: readonly Alarm[]): void {
  const fitting = alarms.filter((alarm) => canBe(deed, alarm))
  if (fitting.length === 0) said.value = { text: w('run.nothing'), isFault: false, undo: null }
  else if (deed === 'unacknowledge' || deed === 'unshelve') void doNow(deed, fitting)
  else asking.value = { deed, alarms: fitting }
}

/** Without a dialog; what went wrong is said. */
export async function doNow(deed: Deed, alarms: readonly Alarm[]): Promise<void> {
  const { failed, done } = await runOver(deed, alarms, {}, sayProgress)
  const [fault] = failed
  if (fault === undefined) say(deed, alarms)
  else {
    const total = String(done)
    said.value = {
      text: `${w('run.failed', { failed: String(failed.length), total })} ${titleOf(fault.alarm)}: ${fault.why}`,
      isFault: true,
      undo: null,
    }
  }
}

const SAID_EVERY = 25

/** Of many, now and then: a screen reader reads each of these out. */
function sayProgress({ done, total }: Run): boolean {
  if (total > SAID_EVERY && done % SAID_EVERY === 0)
    said.value = {
      text: w('run.progress', { done: String(done), total: String(total) }),
      isFault: false,
      undo: null,
    }
  return true
}

/** Says what was done, with a way back from what hurts. */
export function say(deed: Deed, alarms: readonly Alarm[]): void {
  const [first] = alarms
  if (first === undefined) return
  const what = alarms.length === 1 ? `“${titleOf(first)}”` : w('done.many', { count: String(alarms.length) })
  const ids = alarms.map(({ id }) => id)
  const back = deed === 'acknowledge' ? 'unacknowledge' : deed === 'shelve' ? 'unshelve' : null
  said.value = {
    text: w(`done.${deed}`, { what }),
    isFault: false,
    undo: back === null ? null : { deed: back, ids },
  }
}

const AT_ONCE = 4

/** Does it to one after the other, four at a time; `goOn` is told of each step, and false stops it. */
export async function runOver(
  deed: Deed,
  alarms: readonly Alarm[],
  body: With,
  goOn: (run: Run) => boolean,
): Promise<Run> {
  const waiting = [...alarms]
  const failed: { alarm: Alarm; why: string }[] = []
  let done = 0
  let isStopped = false
  const run = (isOver: boolean): Run => ({
    total: alarms.length,
    done,
    failed: [...failed],
    left: [...waiting],
    isOver,
  })
  const work = async (): Promise<void> => {
    while (!isStopped) {
      const alarm = waiting.shift()
      if (alarm === undefined) return
      try {
        await perform(deed, alarm.id, body)
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        if (error.status === 404) unlearn(alarm.id)
        failed.push({ alarm, why: errorText(error) })
      }
      done++
      isStopped ||= !goOn(run(false))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return run(true)
}

async function perform(deed: Deed, id: number, body: With): Promise<void> {
  if (deed === 'delete') {
    await remove(`/alarms/${id}`)
    return unlearn(id)
  }
  if (deed === 'edit') return learn(await patch<Alarm>(`/alarms/${id}`, body))
  learn(await post<Alarm>(`/alarms/${id}/${deed}`, body))
}
