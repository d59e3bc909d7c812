import { formatAge, formatMoment } from '../text/format.ts'
import { isPlaying, SPEEDS, seek, speed, step, togglePlay } from './player.ts'
import type { Recording } from './recording.ts'
import { Strip } from './strip.tsx'
import { w } from './words.ts'

const LEAP = 10

interface Props {
  readonly recording: Recording
  readonly withAlarms: boolean
}

/** The slider over the window, and what moves it. */
export function PlayerBar({ recording, withAlarms }: Props) {
  const { lastStep, window } = recording
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'PageUp') seek(step.value + LEAP)
    else if (event.key === 'PageDown') seek(step.value - LEAP)
    else if (event.key === ' ') togglePlay()
    else return
    event.preventDefault()
  }
  return (
    <section class="card replay-player" aria-label={w('player')}>
      <Buttons recording={recording} withAlarms={withAlarms} />
      <div class="replay-time">
        <span class="replay-lane-name">{w('slider')}</span>
        <input
          class="replay-slider"
          type="range"
          min={0}
          max={lastStep}
          step={1}
          value={step.value}
          aria-label={w('slider')}
          aria-valuetext={formatMoment(recording.timeOf(step.value))}
          onInput={(event) => seek(event.currentTarget.valueAsNumber)}
          onKeyDown={onKeyDown}
          data-testid="replay-slider"
        />
        <Strip recording={recording} withAlarms={withAlarms} />
      </div>
      <p class="replay-ends small muted">
        <span>{formatMoment(recording.fromMs)}</span>
        <span>
          {w('stepLength', { length: formatAge(recording.stepMs) })}, {w(window.source)}
        </span>
        <span>{formatMoment(recording.timeOf(lastStep))}</span>
      </p>
    </section>
  )
}

function Buttons({ recording, withAlarms }: Props) {
  return (
    <div class="replay-buttons">
      <button type="button" class="button replay-play" onClick={togglePlay} data-testid="replay-play">
        <span aria-hidden="true">{isPlaying.value ? '❚❚' : '►'}</span> {w(isPlaying.value ? 'pause' : 'play')}
      </button>
      <button type="button" class="button" aria-label={w('back')} onClick={() => seek(step.value - 1)}>
        <span aria-hidden="true">‹</span>
      </button>
      <button type="button" class="button" aria-label={w('forth')} onClick={() => seek(step.value + 1)}>
        <span aria-hidden="true">›</span>
      </button>
      <fieldset class="replay-speeds" aria-label={w('speed')}>
        {SPEEDS.map((one) => (
          <button
            type="button"
            key={one}
            class={one === speed.value ? 'chip chip-on' : 'chip'}
            aria-pressed={one === speed.value}
            onClick={() => {
              speed.value = one
            }}
          >
            {one}×
          </button>
        ))}
      </fieldset>
      {withAlarms && recording.alarmSteps.size > 0 && <AlarmButtons recording={recording} />}
    </div>
  )
}

function AlarmButtons({ recording }: { recording: Recording }) {
  const raised = [...recording.alarmSteps].flatMap(([at, alarms]) => (alarms.raised > 0 ? [at] : []))
  const before = Math.max(...raised.filter((at) => at < step.value))
  const after = Math.min(...raised.filter((at) => at > step.value))
  return (
    <>
      <button type="button" class="button" disabled={!Number.isFinite(before)} onClick={() => seek(before)}>
        <span aria-hidden="true">«</span> {w('previousAlarm')}
      </button>
      <button
        type="button"
        class="button"
        disabled={!Number.isFinite(after)}
        onClick={() => seek(after)}
        data-testid="replay-next-alarm"
      >
        {w('nextAlarm')} <span aria-hidden="true">»</span>
      </button>
    </>
  )
}
