const { createHash, randomBytes } = require('node:crypto')

const ANSWER_MS = 10_000
/** A revoked token loses the editor after this long at most. */
const TRUST_MS = 30_000
/** So long a refusal is not asked for again. */
const REFUSED_MS = 1000
const SESSION_MS = 12 * 3600_000
const SESSIONS_MAX = 1000
const CHECKED_MAX = 1000

/** What a role of Plumbline may do in the editor; other roles have no business here. */
const PERMISSIONS = { admin: '*', integrator: '*', operator: 'read' }

/**
 * Signs people in to Node-RED by their Plumbline tokens: the password is the token, the user name is free. The browser gets
 * a session of its own, never the token back; each use asks the platform again whether the token is still good.
 */
function signIn(url, trustMs = TRUST_MS) {
  /** By the token's hash: who it is, and until when that is trusted. */
  const checked = new Map()
  /** Sessions of the editor: their random id to the token. In memory only, so that a restart ends them. */
  const sessions = new Map()

  /** `{name, role}`, or null when the platform does not know the token, or does not answer. */
  async function whoHas(token) {
    if (typeof token !== 'string' || token === '' || token.length > 400 || !/^[\x21-\x7e]+$/.test(token))
      return null
    const key = createHash('sha256').update(token).digest('base64url')
    const known = checked.get(key)
    if (known && known.until > Date.now()) return known.principal
    const principal = await ask(token)
    checked.delete(key)
    checked.set(key, { principal, until: Date.now() + (principal ? trustMs : Math.min(trustMs, REFUSED_MS)) })
    if (checked.size > CHECKED_MAX) checked.delete(checked.keys().next().value)
    return principal
  }

  async function ask(token) {
    try {
      const response = await fetch(`${url}/api/v1/session`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      if (!response.ok) return null
      const { name, role } = await response.json()
      return { name, role }
    } catch {
      return null
    }
  }

  const userOf = (principal) =>
    principal && Object.hasOwn(PERMISSIONS, principal.role)
      ? { username: `${principal.name} (${principal.role})`, permissions: PERMISSIONS[principal.role] }
      : null

  async function authenticate(_username, password) {
    const token = password?.trim?.()
    const user = userOf(await whoHas(token))
    if (!user) return null
    const session = randomBytes(32).toString('base64url')
    sessions.set(session, { token, until: Date.now() + SESSION_MS })
    if (sessions.size > SESSIONS_MAX) sessions.delete(sessions.keys().next().value)
    return { ...user, token: session }
  }

  /** A session of the editor, or a Plumbline token itself, for programs. */
  async function tokens(text) {
    const session = sessions.get(text)
    if (!session) return userOf(await whoHas(text))
    if (session.until > Date.now()) return userOf(await whoHas(session.token))
    sessions.delete(text)
    return null
  }

  /** Whoever calls an HTTP endpoint of a flow must have a token: as Bearer, or as the password of Basic. */
  async function mayCall(request) {
    const [scheme, text = ''] = request.headers.authorization?.split(' ') ?? []
    const basic = () => Buffer.from(text, 'base64').toString('utf8').split(/:(.*)/s)[1]
    const token = /^bearer$/i.test(scheme) ? text : /^basic$/i.test(scheme) ? basic() : null
    return token ? userOf(await whoHas(token)) : null
  }

  return {
    // `users` is asked for sessions that Node-RED made itself: it makes none here, and older ones are void.
    adminAuth: {
      type: 'credentials',
      users: async () => null,
      authenticate,
      tokens,
      sessionExpiryTime: SESSION_MS / 1000,
    },
    httpNodeAuth: (request, response, next) => {
      mayCall(request).then((user) => {
        if (user) return next()
        response.set('WWW-Authenticate', 'Bearer realm="plumbline flows"').sendStatus(401)
      }, next)
    },
    webSocketNodeVerifyClient: ({ req }, answer) => {
      mayCall(req).then(
        (user) => (user ? answer(true) : answer(false, 401, 'send a Plumbline token')),
        () => answer(false, 503, 'try again'),
      )
    },
  }
}

module.exports = { signIn }
