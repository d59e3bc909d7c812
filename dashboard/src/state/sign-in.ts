import { signal } from '@preact/signals'
import { get, post, RequestError, remove } from '../wire/client.ts'

export interface SignedIn {
  readonly role: string
  readonly name: string
  readonly synthetic: boolean
}

/** `asking` until the server has said who we are. */
export const signedIn = signal<SignedIn | 'asking' | null>('asking')
export const signInError = signal<RequestError | 'expired' | null>(null)

/** A token in the fragment (`#token=…`) signs in; otherwise the cookie of an earlier visit may. */
export async function resumeSignIn(): Promise<void> {
  const token = takeTokenFromAddress()
  if (token !== null) return signIn(token)
  try {
    signedIn.value = await get<SignedIn>('/session')
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    signInError.value = error.status === 401 ? null : error
    signedIn.value = null
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

function takeTokenFromAddress(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const token = fragment.get('token')
  if (token === null) return null
  // Out of the address at once: it would stay in the history and on every screenshot.
  history.replaceState(null, '', location.pathname + location.search)
  return token
}
