import { Fragment } from 'preact'
import { useMemo } from 'preact/hooks'
import { formatCount, formatMoment } from '../text/format.ts'
import { SEVERITIES, type Severity } from '../wire/alarm.ts'
import { seek, step } from './player.ts'
import type { Recording } from './recording.ts'
import { w } from './words.ts'

const LANE = 20

interface Props {
  readonly recording: Recording
  readonly withAlarms: boolean
}

/** When alarms came and went and how many entities were silent, under the slider. The mouse may click on it; the keyboard has
 *  the slider itself. */
export function Strip({ recording, withAlarms }: Props) {
  const shapes = useMemo(() => shapesOf(recording), [recording])
  const { lastStep } = recording
  const click = (event: MouseEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect()
    seek(Math.round(((event.clientX - left) / width) * lastStep))
  }
  const lanes = withAlarms ? ([0, 1, 2] as const) : ([2] as const)
  return (
    <>
      {lanes.map((lane) => (
        <Fragment key={lane}>
          <span class="replay-lane-name">{w((['raised', 'cleared', 'silent'] as const)[lane])}</span>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way for the mouse; the keyboard has the slider */}
          <svg
            class="replay-lane"
            role="presentation"
            viewBox={`-0.5 0 ${lastStep + 1} ${LANE}`}
            preserveAspectRatio="none"
            onClick={click}
            data-testid={`replay-lane-${lane}`}
          >
            {shapes[lane].map(([of, path]) => (
              <path key={of} class={of} d={path} />
            ))}
            <path class="replay-now" d={`M${step.value} 0v${LANE}`} />
          </svg>
        </Fragment>
      ))}
      <p class="replay-strip-words" data-testid="replay-strip">
        {withAlarms ? summary(recording) : ''}
      </p>
    </>
  )
}

function summary({ alarmSteps, silent, timeOf }: Recording): string {
  const steps = [...alarmSteps.values()]
  const sum = (of: 'raised' | 'cleared') => formatCount(steps.reduce((all, one) => all + one[of], 0))
  let worst = 0
  silent.forEach((count, at) => {
    if (count > (silent[worst] ?? 0)) worst = at
  })
  const most = silent[worst] ?? 0
  const ofSilence =
    most === 0
      ? w('noneSilent')
      : w('mostSilent', { silent: formatCount(most), time: formatMoment(timeOf(worst)) })
  return `${w('strip', { raised: sum('raised'), cleared: sum('cleared') })} ${ofSilence}`
}

type Shape = readonly [of: string, path: string]

/** Height and, of severities, the place of the foot: none is told by colour alone. */
function shapesOf(recording: Recording): readonly [Shape[], Shape[], Shape[]] {
  const raised = new Map<Severity, string>()
  let cleared = ''
  for (const [at, alarms] of recording.alarmSteps) {
    const severity = SEVERITIES[alarms.worst]
    if (alarms.raised > 0 && severity) {
      const height = (LANE * (alarms.worst + 1)) / SEVERITIES.length
      raised.set(severity, `${raised.get(severity) ?? ''}M${at - 0.45} ${LANE}v${-height}h0.9v${height}z`)
    }
    if (alarms.cleared > 0) cleared += `M${at - 0.45} ${LANE}v${-LANE / 2}h0.9v${LANE / 2}z`
  }
  return [
    [...raised].map(([severity, path]) => [`severity-${severity}`, path]),
    [['replay-cleared', cleared]],
    [['replay-silent', silentPath(recording)]],
  ]
}

function silentPath({ silent, window }: Recording): string {
  const scale = LANE / Math.max(1, window.entities)
  let path = `M-0.5 ${LANE}`
  silent.forEach((count, at) => {
    // Even one of thousands is to be seen.
    const height = count === 0 ? 0 : Math.max(2, count * scale)
    path += `L${at - 0.5} ${LANE - height}h1`
  })
  return `${path}V${LANE}z`
}
