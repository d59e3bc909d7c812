import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply, onRequestAsyncHookHandler } from 'fastify'
import { plainAddress } from '../core/address.ts'
import type { ApiParts } from './parts.ts'
import { problem } from './problem.ts'
import { credentialsIn } from './sender.ts'

const RETRY_AFTER_S = 5

declare module 'fastify' {
  interface FastifyRequest {
    /** The device that sends; set before the body is read. */
    device: string
  }
}

/** Lets in devices by their credentials, under the same eyes as over MQTT: who guesses is slowed down, who floods is told. */
export const deviceAccess =
  ({ door, credentials, isFull }: ApiParts): onRequestAsyncHookHandler =>
  async (request, reply) => {
    const given = credentialsIn(request.headers)
    const name = given?.name ?? ''
    const origin = {
      address: plainAddress(request.socket.remoteAddress),
      port: 'http' as const,
      username: name,
    }
    const closedMs = door.closedForMs(origin.address, name)
    if (closedMs > 0) {
      door.refused({ ...origin, reason: 'guessing' })
      return tooMany(reply, Math.ceil(closedMs / 1000), 'too_many_failures', 'too many sign-ins failed')
    }
    if (!given || !credentials.checkDevice(name, given.password)) {
      // A token has no business here, so that its name is nobody's.
      const reason = name === 'token' ? 'unknown_user' : door.reasonOfFailure(name)
      door.refused({ ...origin, reason })
      await delay(door.failed(origin.address, name))
      reply.header('www-authenticate', 'Basic realm="plumbline devices"')
      return problem(
        reply,
        401,
        'wrong_credentials',
        'Basic: user name = device id, password = its secret; or Bearer, or X-API-Key: <device id>:<secret>',
      )
    }
    const waitMs = door.succeeded(origin.address, name)
    if (waitMs > 0) await delay(waitMs)
    if (isFull()) return notNow(reply, 'too much is waiting for the database, or the platform is stopping')
    if (!door.mayTake(name, 1)) {
      door.refused({ ...origin, device: name, reason: 'too_many_messages' })
      return tooMany(reply, 1, 'too_many_messages', 'more than MQTT_DEVICE_MESSAGES_PER_SECOND_MAX')
    }
    request.device = name
  }

export const notNow = (reply: FastifyReply, detail: string): FastifyReply =>
  problem(reply.header('retry-after', String(RETRY_AFTER_S)), 503, 'back_pressure', detail)

export const tooMany = (
  reply: FastifyReply,
  retryAfterS: number,
  code: string,
  detail: string,
): FastifyReply => problem(reply.header('retry-after', String(retryAfterS)), 429, code, detail)
