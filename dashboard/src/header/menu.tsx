import { useRef } from 'preact/hooks'
import { type SignedIn, signOut } from '../state/sign-in.ts'
import { t } from '../text/messages.ts'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'

/** What is seldom needed: who is signed in, the language, the theme. */
export function Menu({ who }: { who: SignedIn }) {
  const menu = useRef<HTMLDetailsElement>(null)
  const close = (giveBack: boolean): void => {
    if (menu.current === null) return
    menu.current.open = false
    if (giveBack) menu.current.querySelector('summary')?.focus()
  }
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return
        // Of what else Escape closes on the page, nothing closes with it.
        event.stopPropagation()
        close(true)
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) close(false)
      }}
    >
      <summary class="button" data-testid="menu">
        {t('header.menu')}
      </summary>
      <div class="card menu-body">
        <p class="muted">
          {who.name} ({who.role})
        </p>
        <LanguageSwitch />
        <ThemeSwitch />
        <button type="button" class="button" data-testid="sign-out" onClick={() => void signOut()}>
          {t('header.signOut')}
        </button>
      </div>
    </details>
  )
}
