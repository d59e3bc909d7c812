import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Logo } from '../header/logo.tsx'
import { LanguageSwitch, ThemeSwitch } from '../header/switches.tsx'
import { findProvider, PROVIDER_ADDRESS, provider, signIn, signInError } from '../state/sign-in.ts'
import { t } from '../text/messages.ts'

export function SignInScreen() {
  return (
    <div class="sign-in-page">
      <main class="card sign-in">
        <h1 class="brand brand-large">
          <Logo />
          Plumbline
        </h1>
        <p class="muted">{t('app.purpose')}</p>
        <SignInForm />
        <div class="sign-in-tools">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </main>
    </div>
  )
}

function SignInForm() {
  const input = useRef<HTMLInputElement>(null)
  const busy = useSignal(false)
  const empty = useSignal(false)
  useEffect(() => input.current?.focus(), [])
  useEffect(() => void findProvider(), [])
  const error = empty.value ? t('signIn.empty') : errorText()

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const token = input.current?.value.trim() ?? ''
    empty.value = token === ''
    if (busy.value || token === '') return
    busy.value = true
    await signIn(token)
    busy.value = false
    input.current?.select()
  }
  return (
    <form class="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
      <label for="token">{t('signIn.token')}</label>
      <input
        id="token"
        ref={input}
        class="input"
        type="password"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="token-hint token-error"
        aria-invalid={error !== null}
        data-testid="sign-in-token"
      />
      <p id="token-hint" class="muted small">
        {t('signIn.hint')}
      </p>
      <p id="token-error" class="error" role="alert" data-testid="sign-in-error">
        {error}
      </p>
      <button type="submit" class="button button-main" data-testid="sign-in-submit" disabled={busy.value}>
        {busy.value ? t('signIn.busy') : t('signIn.submit')}
      </button>
      {provider.value && (
        <a class="button" href={PROVIDER_ADDRESS} data-testid="sign-in-provider">
          {t('signIn.with', { name: provider.value.name })}
        </a>
      )}
    </form>
  )
}

function errorText(): string | null {
  const error = signInError.value
  if (error === null) return null
  if (error === 'expired') return t('signIn.expired')
  if (typeof error === 'string') return t(`signIn.${error}`)
  if (error.status === 0) return t('signIn.unreachable')
  if (error.status === 401) return t('signIn.wrong')
  if (error.status === 429) return t('signIn.tooMany')
  return t('signIn.other', { detail: `${error.detail ?? error.message} (${error.code})` })
}
