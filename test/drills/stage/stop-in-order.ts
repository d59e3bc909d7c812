import type { Scene } from './scene.ts'

const STOP_MS = 10_000

/** SIGTERM; its promise is exit code 0 within 10 s. */
export async function stopInOrder(scene: Scene, when: string): Promise<void> {
  const startedAt = performance.now()
  const code = await Promise.race([
    scene.endPlatform('SIGTERM'),
    new Promise<'none yet'>((resolve) => setTimeout(() => resolve('none yet'), STOP_MS).unref()),
  ])
  const ms = Math.round(performance.now() - startedAt)
  if (code === 0) scene.note(`SIGTERM ${when}: exit code 0 after ${ms} ms`)
  else scene.fault(`SIGTERM ${when}: exit code ${code} after ${ms} ms`)
  if (code === 'none yet') await scene.endPlatform('SIGKILL')
}
