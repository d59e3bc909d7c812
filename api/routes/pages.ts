import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { RouteOptions } from '../app.ts'

/** The dashboard's built files. */
export const pageRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { dashboardDir } }) => {
  if (dashboardDir !== null) {
    await app.register(fastifyStatic, {
      root: dashboardDir,
      wildcard: false,
      immutable: true,
      preCompressed: true,
      maxAge: '1y',
      setHeaders: revalidatePages,
    })
    app.get('/wiring', { schema: { hide: true } }, async (_request, reply) => reply.sendFile('wiring.html'))
    return
  }
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .serializer(String)
      .send('The dashboard is not built: run npm run build and start again. The API is at /docs.\n'),
  )
}

/** Files with a digest in their name never change; the page that names them does. */
function revalidatePages(reply: FastifyReply, path: string): void {
  if (!/\/assets\//.test(path)) reply.header('cache-control', 'no-cache')
}
