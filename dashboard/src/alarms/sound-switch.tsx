import { beep, sound } from './sound.ts'
import { w } from './words.ts'

export function SoundSwitch() {
  return (
    <label class="check" title={w('sound.title')}>
      <input
        type="checkbox"
        checked={sound.value === 'on'}
        onChange={(event) => {
          sound.value = event.currentTarget.checked ? 'on' : 'off'
          // So that one hears what to listen for, and the browser knows that somebody wants it.
          if (sound.value === 'on') beep()
        }}
        data-testid="sound"
      />{' '}
      {w('sound.label')}
    </label>
  )
}
