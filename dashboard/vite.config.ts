import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const OUT = join(import.meta.dirname, 'dist')
const WORTH_BYTES = 1024

/** Lays the gzip and the brotli form of each text beside it: the server sends what the browser takes, and compresses nothing
 *  itself. Brotli is taken over TLS only. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    for (const name of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|css|html|svg)$/.test(name)) continue
      const bytes = readFileSync(join(OUT, name))
      if (bytes.length < WORTH_BYTES) continue
      writeFileSync(join(OUT, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
      writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(bytes, { params }))
    }
  },
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [compressed],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    rollupOptions: {
      input: ['index', 'wiring'].map((page) => `${import.meta.dirname}/${page}.html`),
    },
    // The map library is one chunk of its own, loaded after the first paint; it is known to be large.
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
