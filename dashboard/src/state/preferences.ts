import { effect, type Signal, signal } from '@preact/signals'

export type Language = 'vi' | 'en'
export type ThemeChoice = 'system' | 'light' | 'dark'
export type Theme = 'light' | 'dark'

export const language = remembered<Language>('plumbline.language', ['vi', 'en'])
export const themeChoice = remembered<ThemeChoice>('plumbline.theme', ['system', 'light', 'dark'])
/** The theme on screen, after the system has been asked. */
export const theme = signal<Theme>('dark')

export function applyPreferences(): void {
  const system = matchMedia('(prefers-color-scheme: light)')
  const resolve = (): void => {
    const choice = themeChoice.value
    theme.value = choice === 'system' ? (system.matches ? 'light' : 'dark') : choice
    document.documentElement.dataset.theme = theme.value
  }
  system.addEventListener('change', resolve)
  effect(resolve)
  effect(() => {
    document.documentElement.lang = language.value
  })
}

/** A choice kept in localStorage; the first option is the default. */
export function remembered<T extends string>(key: string, options: readonly [T, ...T[]]): Signal<T> {
  const stored = read(key)
  const choice = signal<T>(options.find((option) => option === stored) ?? options[0])
  effect(() => write(key, choice.value))
  return choice
}

// A kiosk browser may forbid storage: then the choice lasts as long as the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {}
}
