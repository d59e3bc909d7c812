import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { err, ok, type Result } from '../../core/result.ts'
import { bufferLibrary } from './buffer-guest.ts'
import { decoderGuest, mappingGuest } from './guest.ts'
import { LIMITS } from './limits.ts'
import { Machine } from './machine.ts'
import type { Image } from './memory-image.ts'
import { type ScriptFault, scriptFault } from './script-protocol.ts'

interface Ready {
  readonly image: Image
  readonly form: string
}

/** Programs of one kind on one machine, each kept as an image of the machine that has read it. */
export class Engine {
  readonly #machine: Machine
  readonly #language: Language
  /** The least recently used first. */
  readonly #ready = new Map<string, Ready>()
  #readyBytes = 0

  constructor(machine: Machine, language: Language) {
    this.#machine = machine
    this.#language = language
  }

  /** Reads a program as for its first run; gives its form. */
  check(source: string): Result<string, ScriptFault> {
    this.#machine.restore(undefined, LIMITS.loadCpuMs)
    return this.#language.load(this.#machine, source)
  }

  run(source: string, input: string): Result<string, ScriptFault> {
    const ready = this.#prepare(source)
    if (!ready.ok) return ready
    this.#machine.restore(ready.value.image, LIMITS.runCpuMs)
    const result = this.#language.run(this.#machine, input)
    if (!result.ok) return result
    if (result.value.length > LIMITS.outputChars)
      return err(scriptFault('output_too_large', `gave more than ${LIMITS.outputChars / 1024} KiB of JSON`))
    if (depthOf(result.value) > LIMITS.outputDepth)
      return err(scriptFault('output_too_large', `gave JSON deeper than ${LIMITS.outputDepth} levels`))
    return result
  }

  #prepare(source: string): Result<Ready, ScriptFault> {
    const known = this.#ready.get(source)
    if (known) {
      this.#ready.delete(source)
      this.#ready.set(source, known)
      return ok(known)
    }
    const loaded = this.check(source)
    if (!loaded.ok) return loaded
    const ready = { image: this.#machine.capture(), form: loaded.value }
    this.#ready.set(source, ready)
    this.#readyBytes += ready.image.bytes
    for (const [oldest, { image }] of this.#ready) {
      if (this.#readyBytes <= LIMITS.imageBytes || oldest === source) break
      this.#ready.delete(oldest)
      this.#readyBytes -= image.bytes
    }
    return ok(ready)
  }
}

interface Language {
  load(machine: Machine, source: string): Result<string, ScriptFault>
  run(machine: Machine, input: string): Result<string, ScriptFault>
}

const decoderLanguage: Language = {
  load(machine, source) {
    const evaluated = machine.evaluate(source)
    if (!evaluated.ok) return evaluated
    const form = machine.call('find')
    if (!form.ok || form.value) return form
    return err(
      scriptFault(
        'no_function',
        'no function decodeUplink(input), Decoder(bytes, port) or Decode(fPort, bytes)',
      ),
    )
  },
  run: (machine, input) => machine.call('run', input),
}

const mappingLanguage: Language = {
  load(machine, source) {
    const fault = machine.call('compile', JSON.stringify(source))
    return fault.ok && fault.value ? err(scriptFault('syntax', fault.value)) : fault
  },
  run(machine, input) {
    const started = machine.call('start', input)
    if (!started.ok) return started
    machine.runJobs()
    return machine.call('take')
  },
}

export async function startDecoders(): Promise<Engine> {
  return new Engine(await Machine.start(bufferLibrary(), decoderGuest), decoderLanguage)
}

export async function startMappings(): Promise<Engine> {
  const require = createRequire(import.meta.url)
  const library = readFileSync(require.resolve('jsonata/jsonata.min.js'), 'utf8')
  return new Engine(await Machine.start(library, mappingGuest), mappingLanguage)
}

/** How deep a JSON text nests. It is known to be JSON, so quotes and brackets are all there is to see. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return deepest
}
