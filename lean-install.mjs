// Runs after every install. Takes away what packages bring for their own developers and nothing here ever reads: the C headers
// of Node, and source maps. A hundred megabytes, of which a container or a laptop in the field has no use.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = new URL('./node_modules/', import.meta.url).pathname

for (const platform of entriesOf(join(ROOT, 'node/node_modules')))
  rmSync(join(ROOT, 'node/node_modules', platform.name, 'include'), { recursive: true, force: true })
removeSourceMaps(ROOT)

function removeSourceMaps(folder) {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) removeSourceMaps(path)
    else if (/\.[cm]?js\.map$/.test(entry.name)) rmSync(path, { force: true })
  }
}

/** A folder that is not there is empty. */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
