import variant from '@jitl/quickjs-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core'
import { err, ok, type Result } from '../../core/result.ts'
import { LIMITS } from './limits.ts'
import { type Image, MemoryImages, newWasmMemory, type WasmMemory } from './memory-image.ts'
import { type ScriptFault, scriptFault } from './script-protocol.ts'

// The least that the WebAssembly module was linked for.
const FIRST_BYTES = 16 * 1024 * 1024

/**
 * A QuickJS interpreter in a WebAssembly memory of its own, with no function of ours in it. Its whole state is that
 * memory, so `restore` puts back every global, prototype and pending job; nothing of one run is left for the next.
 * Its random numbers start again too: a message that is decoded twice gives the same twice.
 * A method that throws has met a trap: the machine is broken and must be thrown away.
 */
export class Machine {
  readonly #vm: QuickJSContext
  readonly #images: MemoryImages
  readonly #guest: ReadonlyMap<string, QuickJSHandle>
  #cpuMsEnd = Number.POSITIVE_INFINITY
  #expired = false

  private constructor(vm: QuickJSContext, memory: WasmMemory, library: string, guest: () => object) {
    this.#vm = vm
    vm.runtime.setMemoryLimit(LIMITS.memoryBytes)
    vm.runtime.setMaxStackSize(LIMITS.stackBytes)
    vm.runtime.setInterruptHandler(() => {
      this.#expired ||= threadCpuMs() > this.#cpuMsEnd
      return this.#expired
    })
    vm.unwrapResult(vm.evalCode(library, 'library.js', { type: 'global' })).dispose()
    const code = `(${guest.toString()})()`
    const functions = vm.unwrapResult(vm.evalCode(code, 'guest.js', { type: 'global' }))
    const names = vm.unwrapResult(vm.getOwnPropertyNames(functions)).map((name) => vm.getString(name))
    // These handles point into the memory: they hold in every image because they were there in the first.
    this.#guest = new Map(names.map((name) => [name, vm.getProp(functions, name)]))
    this.#images = new MemoryImages(memory)
  }

  /** `library` is run first; `guest` is written into the machine as text and gives the functions that `call` knows. */
  static async start(library: string, guest: () => object): Promise<Machine> {
    const memory = newWasmMemory(FIRST_BYTES, LIMITS.machineBytes)
    // The package's types describe its CommonJS build; what is imported here is the variant itself.
    const build = variant as unknown as QuickJSSyncVariant
    const module = await newQuickJSWASMModuleFromVariant(newVariant(build, { wasmMemory: memory as never }))
    return new Machine(module.newContext(), memory, library, guest)
  }

  /** Back to the start, or to an image taken since. The program then has `cpuMs` of processor time. */
  restore(image: Image | undefined, cpuMs: number): void {
    this.#images.restore(image)
    this.#cpuMsEnd = threadCpuMs() + cpuMs
    this.#expired = false
  }

  capture(): Image {
    return this.#images.capture()
  }

  /** Runs a program in the global scope. */
  evaluate(source: string): Result<null, ScriptFault> {
    const result = this.#vm.evalCode(source, SCRIPT_NAME, { type: 'global' })
    if (result.error) return err(this.#fault(result.error, 'syntax'))
    result.value.dispose()
    return ok(null)
  }

  /** Calls a function of the guest, text to text. A text must have no NUL: give it as JSON. */
  call(name: string, ...texts: readonly string[]): Result<string, ScriptFault> {
    const result = this.#call(name, texts)
    if (result.error) return err(this.#fault(result.error, 'threw'))
    const text = this.#vm.getString(result.value)
    result.value.dispose()
    return ok(text)
  }

  /** Runs promise jobs until there are none, at most LIMITS.jobs. */
  runJobs(): void {
    const { runtime } = this.#vm
    for (let left = LIMITS.jobs; left > 0 && !this.#expired && runtime.hasPendingJob(); ) {
      const done = runtime.executePendingJobs(Math.min(left, 1000))
      if (done.error) return done.error.dispose()
      left -= Math.max(1, done.value)
    }
  }

  #call(name: string, texts: readonly string[]) {
    const callee = this.#guest.get(name)
    if (!callee) throw new Error(`the guest has no function ${name}`)
    const values = texts.map((text) => this.#vm.newString(text))
    const result = this.#vm.callFunction(callee, this.#vm.undefined, ...values)
    for (const value of values) value.dispose()
    return result
  }

  /** What was thrown, in words. Reading it runs the script's own code (getters), still within its time. */
  #fault(thrown: QuickJSHandle, ofSyntaxError: 'syntax' | 'threw'): ScriptFault {
    if (this.#expired) return scriptFault('timeout', 'took too much processor time')
    // There must be room to say that there was none; the machine's own memory still has its end.
    this.#vm.runtime.setMemoryLimit(-1)
    const describe = this.#guest.get('describe')
    if (!describe) throw new Error('the guest has no function describe')
    const described = this.#vm.callFunction(describe, this.#vm.undefined, thrown)
    if (this.#expired) return scriptFault('timeout', 'took too much processor time')
    if (described.error) return scriptFault('threw', 'threw something that cannot be read')
    return faultOf(JSON.parse(this.#vm.getString(described.value)) as Thrown, ofSyntaxError)
  }
}

/** What the guest's `describe` gives. */
interface Thrown {
  readonly name: string
  readonly message: string
  readonly stack: string
}

const SCRIPT_NAME = 'script.js'

function faultOf({ name, message, stack }: Thrown, ofSyntaxError: 'syntax' | 'threw'): ScriptFault {
  // An interpreter without room even for the error throws null.
  if (name === 'null' || (name === 'InternalError' && message === 'out of memory'))
    return scriptFault('memory', `took more than ${LIMITS.memoryBytes / 1024 / 1024} MiB`)
  const line = /script\.js:(\d+)/.exec(stack)?.[1]
  const text = `${name ? `${name}: ` : ''}${message}`
  return scriptFault(name === 'SyntaxError' ? ofSyntaxError : 'threw', line ? `line ${line}: ${text}` : text)
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
