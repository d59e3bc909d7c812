import { language, type ThemeChoice, themeChoice } from '../state/preferences.ts'
import { t } from '../text/messages.ts'

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark']

export function LanguageSwitch() {
  return (
    <fieldset class="segments" aria-label={t('header.language')}>
      {/* Each language by its own name: whoever needs it must be able to read it. */}
      <Segment code="vi" name="Tiếng Việt" />
      <Segment code="en" name="English" />
    </fieldset>
  )
}

function Segment({ code, name }: { code: 'vi' | 'en'; name: string }) {
  const choose = (): void => {
    language.value = code
  }
  return (
    <button
      type="button"
      class="segment"
      lang={code}
      aria-label={`${code.toUpperCase()}: ${name}`}
      aria-pressed={language.value === code}
      onClick={choose}
    >
      {code.toUpperCase()}
    </button>
  )
}

export function ThemeSwitch() {
  return (
    <select
      class="select"
      aria-label={t('header.theme')}
      value={themeChoice.value}
      onChange={(event) => {
        themeChoice.value = event.currentTarget.value as ThemeChoice
      }}
    >
      {THEMES.map((choice) => (
        <option value={choice} key={choice}>
          {t(`theme.${choice}`)}
        </option>
      ))}
    </select>
  )
}
