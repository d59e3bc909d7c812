import { computed, signal } from '@preact/signals'
import { get, post, RequestError, remove } from '../wire/client.ts'

export interface SignedIn {
  readonly role: string
  readonly name: string
  readonly synthetic: boolean
}

/** Whether the page for wiring devices is of use to this person; the server decides what is allowed. */
export const mayWire = ({ role }: SignedIn): boolean => role === 'integrator' || role === 'admin'

/** Whether the page of the indicator's inputs is of use to this person; the server decides what is allowed. */
export const mayEnterInputs = ({ role }: SignedIn): boolean => role === 'statistician' || role === 'admin'

/** `asking` until the server has said who we are. */
export const signedIn = signal<SignedIn | 'asking' | null>('asking')
/** Whether what is shown was made up. */
export const isSimulated = computed(() => {
  const who = signedIn.value
  return who !== null && who !== 'asking' && who.synthetic
})
export const signInError = signal<RequestError | ProviderFault | 'expired' | null>(null)
/** The provider that people may also sign in with; null: there is none. */
export const provider = signal<{ readonly name: string } | null>(null)
/** Where the sign-in with the provider begins: the server sends the browser on. */
export const PROVIDER_ADDRESS = '/api/v1/session/oidc'

const PROVIDER_FAULTS = ['oidc_unreachable', 'oidc_refused', 'oidc_not_valid', 'oidc_no_role'] as const
type ProviderFault = (typeof PROVIDER_FAULTS)[number]

/** A token in the fragment (`#token=…`) signs in; so says it (`#sign-in-failed=…`) why a provider's sign-in failed. Otherwise the cookie of an earlier visit may. */
export async function resumeSignIn(): Promise<void> {
  // Who pastes another address with a token where the page is open already changes only the fragment.
  addEventListener('hashchange', () => {
    const token = takeFromAddress('token')
    if (token !== null) void signIn(token)
  })
  const token = takeFromAddress('token')
  const fault = takeFromAddress('sign-in-failed')
  if (token !== null) return signIn(token)
  try {
    signedIn.value = await get<SignedIn>('/session')
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    const isOutside = error.status === 401
    signInError.value = isOutside ? (PROVIDER_FAULTS.find((code) => code === fault) ?? null) : error
    signedIn.value = null
  }
}

/** Asks how else than with a token one may sign in. Without an answer: with a token. */
export async function findProvider(): Promise<void> {
  try {
    provider.value = (await get<{ oidc: { name: string } | null }>('/session/options')).oidc
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
  }
}

export async function signIn(token: string): Promise<void> {
  signInError.value = null
  try {
    signedIn.value = await post<SignedIn>('/session', { token: token.trim() })
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    signInError.value = error
    signedIn.value = null
  }
}

export async function signOut(): Promise<void> {
  // The cookie is HttpOnly: only the server can take it away, so a failure must not look like success.
  try {
    await remove('/session')
    signInError.value = null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    signInError.value = error
  }
  signedIn.value = null
}

/** Asks whether the cookie still holds; shows the sign-in screen if not. */
export async function stillSignedIn(): Promise<boolean> {
  try {
    await get<SignedIn>('/session')
    return true
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 401) return true
    signInError.value = 'expired'
    signedIn.value = null
    return false
  }
}

function takeFromAddress(name: 'token' | 'sign-in-failed'): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const value = fragment.get(name)
  if (value === null) return null
  // Out of the address at once: it would stay in the history and on every screenshot.
  history.replaceState(null, '', location.pathname + location.search)
  return value
}
