import { parentPort } from 'node:worker_threads'
import { err, type Result } from '../../core/result.ts'
import { startDecoders, startMappings } from './engine.ts'
import { type ScriptFault, type ScriptReply, type ScriptRequest, scriptFault } from './script-protocol.ts'

/** The thread that runs scripts: one at a time, in the order of arrival. */
async function main(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('runs as a worker thread only')
  // The interpreter asks the host for the offset of local time. Network servers run decoders in UTC; a payload must not
  // mean something else on a server with another zone.
  Date.prototype.getTimezoneOffset = () => 0
  const engines = { decoder: await startDecoders(), mapping: await startMappings() }
  const answer = ({ kind, source, input }: ScriptRequest): Result<string, ScriptFault> => {
    try {
      return input === undefined ? engines[kind].check(source) : engines[kind].run(source, input)
    } catch (trap) {
      // The machine is in an unknown state: no more from here. The main thread starts another worker.
      return err(scriptFault('crashed', `the interpreter failed: ${(trap as Error).message}`))
    }
  }
  let broken = false
  port.on('message', (request: ScriptRequest) => {
    if (broken) return
    const result = answer(request)
    broken = !result.ok && result.error.code === 'crashed'
    port.postMessage({ id: request.id, result } satisfies ScriptReply)
  })
  port.postMessage({ id: 0, result: { ok: true, value: '' } } satisfies ScriptReply)
}

await main()
