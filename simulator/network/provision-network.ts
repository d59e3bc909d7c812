import { eachAtOnce } from '../each.ts'
import { type Platform, request } from '../platform-request.ts'
import { SimulatorError } from '../simulator-error.ts'
import type { Network } from './network.ts'

const IN_FLIGHT_MAX = 8
const CONFLICT = 409

interface Call {
  readonly method: string
  readonly path: string
  readonly body: object
}

/** Tells the platform who feeds whom, and what is known of each; what it knows already stays. */
export async function provisionNetwork(network: Network, platform: Platform): Promise<void> {
  const described = network.devices.filter(({ attributes = {} }) => Object.keys(attributes).length > 0)
  const calls: Call[][] = [
    network.entities.map((entity) => ({ method: 'POST', path: '/api/v1/entities', body: entity })),
    described.map(({ id, attributes }) => ({
      method: 'PATCH',
      path: `/api/v1/entities/${id}`,
      body: { attributes },
    })),
    network.relations.map((relation) => ({ method: 'POST', path: '/api/v1/relations', body: relation })),
  ]
  for (const some of calls)
    await eachAtOnce(some, IN_FLIGHT_MAX, async ({ method, path, body }) => {
      const { status, body: answer } = await request(platform, method, path, body)
      if (status >= 300 && status !== CONFLICT)
        throw new SimulatorError(
          `${method} ${path} ${JSON.stringify(body)} was refused (HTTP ${status}): ${JSON.stringify(answer)?.slice(0, 300)}`,
        )
    })
}
