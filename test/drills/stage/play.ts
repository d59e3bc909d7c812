import { until } from '../../support/until.ts'
import { acknowledgedNow, checkStored } from './check.ts'
import { type Outcome, Skipped, type StoreKind } from './drill.ts'
import { Scene, type SceneSettings } from './scene.ts'
import { stopInOrder } from './stop-in-order.ts'

const QUIET_MS = 120_000

/** Opens a scene, lets the drill do its harm under load, then ends all in good order and looks for what is lost. */
export async function play(
  store: StoreKind,
  settings: SceneSettings,
  harm: (scene: Scene) => Promise<void>,
): Promise<Outcome> {
  const scene = await Scene.open(store, settings)
  try {
    await attempt(scene, () => harm(scene))
    await attempt(scene, () => scene.mend())
    await attempt(scene, () => comeToRest(scene))
    if (scene.isPlatformUp) await attempt(scene, () => stopInOrder(scene, 'at rest'))
    return await judge(scene)
  } finally {
    await scene.close()
  }
}

/** A step that fails is a fault of its own, and what was acknowledged is counted all the same. */
async function attempt(scene: Scene, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (error instanceof Skipped) throw error
    scene.fault(error instanceof Error ? error.message : String(error))
  }
}

/** Nothing new is sent; everything sent must be acknowledged, committed and accounted for. */
async function comeToRest(scene: Scene): Promise<void> {
  scene.load.pause()
  if (!scene.isPlatformUp) {
    scene.note('the platform was down at the end of the harm and was started again')
    await scene.startPlatform()
  }
  await scene.load
    .idle(QUIET_MS)
    .catch(() => scene.fault(`${scene.load.inFlight} messages were never acknowledged`))
  await until(
    'nothing to be pending or in the spool',
    async () => (await scene.metric('pending_bytes')) === 0 && (await scene.metric('spool_messages')) === 0,
    QUIET_MS,
    200,
  )
  await checkAccounting(scene)
}

/** received = stored + duplicate + rejected, when nothing is in flight. */
async function checkAccounting(scene: Scene): Promise<void> {
  const [received = 0, stored = 0, duplicate = 0, rejected = 0] = await Promise.all(
    ['received', 'stored', 'duplicate', 'rejected'].map((what) => scene.metric(`observations_${what}_total`)),
  )
  const figures = `received ${received}, stored ${stored}, duplicate ${duplicate}, rejected ${rejected}`
  if (received !== stored + duplicate + rejected) scene.fault(`the accounting does not add up: ${figures}`)
  else scene.note(`accounting: ${figures}`)
}

async function judge(scene: Scene): Promise<Outcome> {
  const { load, faults, notes } = scene
  const { acknowledged, lost, wrong, rows, examples } = await checkStored(
    scene.storeSettings,
    load,
    acknowledgedNow(load),
    scene.isRefused,
  )
  if (lost > 0) scene.fault(`${lost} acknowledged readings are lost, such as ${examples.join(', ')}`)
  if (wrong > 0) scene.fault(`${wrong} rows of ${rows} hold what no device sent`)
  if (acknowledged === 0) scene.fault('nothing was acknowledged: the drill proves nothing')
  return { acknowledged, lost: scene.lost + lost, faults, notes }
}
