import pg from 'pg'
import type { StoreSettings } from '../../../store/store.ts'
import { freePort } from '../../support/free-port.ts'
import type { Postgres, PostgresSettings } from '../../support/postgres.ts'
import type { PlatformProcess } from '../../support/spawn-platform.ts'
import { until } from '../../support/until.ts'
import type { StoreKind } from './drill.ts'
import { Load, type LoadSettings } from './load.ts'
import { startPlatform, startServer, temporaryFolder } from './processes.ts'
import { TcpProxy } from './proxy.ts'
import { registerDevices } from './register-devices.ts'
import { say } from './say.ts'

export interface SceneSettings extends Partial<LoadSettings> {
  readonly devices?: number
  readonly env?: Readonly<Record<string, string>>
  readonly postgres?: PostgresSettings
  /** Absent: a temporary folder. */
  readonly dataDir?: string
}

/** The ends that a drill brought about itself, and those that it did not. */
interface Life {
  readonly platform: PlatformProcess
  isEndWanted: boolean
}

/** The server and the way to it, which a drill may break. */
export interface ServerSide {
  readonly postgres: Postgres
  readonly proxy: TcpProxy
  readonly database: string
}

/** A platform, its database and its devices: what a drill plays on. */
export class Scene {
  readonly store: StoreKind
  readonly faults: string[] = []
  readonly notes: string[] = []
  /** Acknowledged readings that a check within the drill did not find. */
  lost = 0
  /** Values that the database was made to refuse. */
  isRefused: (sequence: number) => boolean = () => false
  readonly #env: Record<string, string> & { DATA_DIR: string }
  readonly #server: ServerSide | null
  readonly #removeFolder: () => void
  #life: Life | null = null
  #load: Load | null = null

  private constructor(
    store: StoreKind,
    env: Scene['env'],
    server: ServerSide | null,
    removeFolder: () => void,
  ) {
    this.store = store
    this.#env = env
    this.#server = server
    this.#removeFolder = removeFolder
  }

  /** Starts everything and connects the devices; the load is on. */
  static async open(store: StoreKind, settings: SceneSettings): Promise<Scene> {
    const server = store === 'server' ? await openServerSide(settings.postgres) : null
    const folder = temporaryFolder('data')
    const env = {
      DATA_DIR: settings.dataDir ?? folder.path,
      // Fixed, so that the devices find the platform again after its restart.
      HTTP_PORT: String(await freePort()),
      MQTT_PORT: String(await freePort()),
      ...(server && {
        DATABASE_URL: `postgres://postgres@127.0.0.1:${server.proxy.port}/drill`,
        STORE_PLAIN: '1',
      }),
      ...settings.env,
    }
    const scene = new Scene(store, env, server, folder.remove)
    try {
      await scene.startPlatform()
      await scene.#startLoad(settings)
      return scene
    } catch (error) {
      await scene.close()
      throw error
    }
  }

  get env(): Record<string, string> & { DATA_DIR: string } {
    return this.#env
  }

  get platform(): PlatformProcess {
    if (!this.#life) throw new Error('the platform was never started')
    return this.#life.platform
  }

  get load(): Load {
    if (!this.#load) throw new Error('the load was never started')
    return this.#load
  }

  get server(): ServerSide {
    if (!this.#server) throw new Error('the embedded database has no server')
    return this.#server
  }

  /** The database itself, not through the proxy. */
  get storeSettings(): StoreSettings {
    return {
      databaseUrl: this.#server?.database,
      dataDir: this.#env.DATA_DIR,
      plain: this.#server !== null,
    }
  }

  get isPlatformUp(): boolean {
    const child = this.#life?.platform.process
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  fault(what: string): void {
    say(`  FAULT ${what}`)
    this.faults.push(what)
  }

  note(what: string): void {
    say(`  ${what}`)
    this.notes.push(what)
  }

  async startPlatform(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const platform = await startPlatform({ ...this.#env, ...more })
    const life = { platform, isEndWanted: false }
    this.#life = life
    platform.process.once('exit', (code, signal) => {
      if (life.isEndWanted) return
      const last = platform.log.findLast(({ level }) => level >= 50)
      this.fault(
        `the platform ended by itself (${signal ?? code}); it last said: ${JSON.stringify(last ?? null).slice(0, 300)}`,
      )
    })
  }

  /** From now on an end of the platform is no fault. */
  allowEnd(): void {
    if (this.#life) this.#life.isEndWanted = true
  }

  endPlatform(signal: NodeJS.Signals): Promise<number | null> {
    this.allowEnd()
    return this.platform.kill(signal)
  }

  metric(name: string): Promise<number> {
    return this.platform.metric(`plumbline_${name}`)
  }

  /** Statements for the database server, not through the proxy. */
  async sql(...statements: readonly string[]): Promise<pg.QueryResult> {
    const client = new pg.Client(this.server.database)
    client.on('error', () => {})
    await client.connect()
    try {
      let result = await client.query('select')
      for (const statement of statements) result = await client.query(statement)
      return result
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** Undoes what a drill that failed half-way has left broken. */
  async mend(): Promise<void> {
    if (!this.#server) return
    const { postgres, proxy } = this.#server
    proxy.delay(0)
    if (!proxy.isAccepting) await proxy.accept()
    await postgres.start()
  }

  async #startLoad(settings: SceneSettings): Promise<void> {
    const { devices = 32, perSecond = 3000, inFlightMax = 50, refusedEvery = 0 } = settings
    const senders = await registerDevices(this.platform, devices)
    this.#load = new Load(this.platform.mqttPort, senders, { perSecond, inFlightMax, refusedEvery })
    this.load.connect()
    await until('all devices to sign in', () => this.load.signedIn === devices)
    this.load.start()
    await this.load.more(perSecond)
  }

  async close(): Promise<void> {
    this.#load?.end()
    if (this.isPlatformUp) await this.endPlatform('SIGKILL')
    await this.#server?.proxy.close()
    await this.#server?.postgres.stop()
    this.#removeFolder()
  }
}

async function openServerSide(settings: PostgresSettings | undefined): Promise<ServerSide> {
  const postgres = await startServer(settings)
  const database = await postgres.createDatabase('drill')
  return { postgres, database, proxy: await TcpProxy.open(postgres.port) }
}
