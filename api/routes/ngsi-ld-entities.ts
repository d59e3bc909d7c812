import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatTime } from '../../core/time.ts'
import { createdAtOf } from '../../store/entity-times.ts'
import type { Store } from '../../store/store.ts'
import { allow } from '../access.ts'
import { addLink, answer, type MediaType, mediaType } from '../ngsi-ld/answer.ts'
import type { NgsiEntity } from '../ngsi-ld/entity.ts'
import { readEntityQuery } from '../ngsi-ld/entity-query.ts'
import { bad, refuse, unsupported } from '../ngsi-ld/faults.ts'
import { type Form, project, represent, type Shown, toFeature } from '../ngsi-ld/representation.ts'
import type { NgsiOptions } from './ngsi-ld.ts'

const FORMS = ['normalized', 'concise', 'keyValues', 'simplified'] as const
const OFFERED: readonly MediaType[] = ['application/json', 'application/ld+json', 'application/geo+json']

/** What a representation is chosen by; the rest is read with faults of the standard. */
const ViewQuery = z.object({
  attrs: z.string().optional().describe('only these, and of entities that have one of them'),
  pick: z.string().optional().describe('only these attributes'),
  omit: z.string().optional().describe('all but these attributes'),
  options: z.string().optional().describe('keyValues, concise, normalized, sysAttrs; by comma'),
  format: z.enum(FORMS).optional(),
  geometryProperty: z.string().max(256).default('location').describe('the geometry of application/geo+json'),
})

export const FindQuery = ViewQuery.extend({
  type: z.string().optional().describe('e.g. WaterMeter,Valve'),
  id: z.string().optional().describe('urns, by comma'),
  idPattern: z.string().optional().describe('a regular expression without groups'),
  q: z.string().optional().describe('clause 4.9, e.g. waterPressure<150;freshness=="fresh"'),
  scopeQ: z.string().optional().describe('refused'),
  georel: z.string().optional().describe('e.g. near;maxDistance==2000'),
  geometry: z.string().optional(),
  coordinates: z.string().optional(),
  geoproperty: z.string().optional(),
  local: z.enum(['true', 'false']).optional(),
})

const ListQuery = FindQuery.extend({
  limit: z.coerce.number().int().min(0).max(1000).default(20).describe('0 only with count=true'),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  count: z.enum(['true', 'false']).default('false').describe('NGSILD-Results-Count tells how many there are'),
})

export const ngsiEntityRoutes: FastifyPluginAsyncZod<NgsiOptions> = async (app, { parts, entities }) => {
  app.get(
    '/entities',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], querystring: ListQuery } },
    async (request, reply) => {
      const { query } = request
      const type = mediaType(request, OFFERED)
      if (!type) return notAcceptable(reply)
      if (!isNarrowed(query))
        return refuse(reply, bad('takes at least one of type, id, idPattern, attrs, q, georel, local=true'))
      if (query.limit === 0 && query.count === 'false') return refuse(reply, bad('limit=0 takes count=true'))
      const view = readView(query)
      if (typeof view === 'string') return refuse(reply, unsupported(view))
      const wanted = readEntityQuery(query)
      if (!wanted.ok) return refuse(reply, wanted.error)
      const { offset, limit } = query
      const page: { id: string; entity: NgsiEntity }[] = []
      let found = 0
      for (const one of entities.find(wanted.value)) {
        if (found >= offset && page.length < limit) page.push(one)
        found++
        if (query.count === 'false' && found > offset + limit) break
      }
      if (query.count === 'true') reply.header('ngsild-results-count', String(found))
      pageLinks(request, reply, { offset, limit, found })
      const shown = await shownOf(parts.store, view, page)
      const projected = page.map(
        ({ id, entity }) => [project(entity, wanted.value.projection), shown(id)] as const,
      )
      if (type === 'application/geo+json') {
        const features = projected.map(([entity, how]) => toFeature(entity, how, query.geometryProperty))
        return answer(request, reply, type, { type: 'FeatureCollection', features })
      }
      return answer(
        request,
        reply,
        type,
        projected.map(([entity, how]) => represent(entity, how)),
      )
    },
  )

  app.get(
    '/entities/:entityId',
    {
      onRequest: allow(),
      schema: { tags: ['ngsi-ld'], params: z.object({ entityId: z.string() }), querystring: ViewQuery },
    },
    async (request, reply) => {
      const { params, query } = request
      const type = mediaType(request, OFFERED)
      if (!type) return notAcceptable(reply)
      const view = readView(query)
      if (typeof view === 'string') return refuse(reply, unsupported(view))
      const wanted = readEntityQuery(query)
      if (!wanted.ok) return refuse(reply, wanted.error)
      if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(params.entityId))
        return refuse(reply, bad('an entity id is a URI: urn:ngsi-ld:<Type>:<id>'))
      const id = entities.idOf(params.entityId)
      const entity = id === null ? null : entities.byId(id)
      // 5.7.1: an entity without any of the attributes asked for is not found.
      if (id === null || !entity || !wanted.value.isWanted(entity))
        return refuse(reply, { kind: 'ResourceNotFound', detail: `no entity ${params.entityId}` })
      const shown = (await shownOf(parts.store, view, [{ id, entity }]))(id)
      const projected = project(entity, wanted.value.projection)
      return answer(
        request,
        reply,
        type,
        type === 'application/geo+json'
          ? toFeature(projected, shown, query.geometryProperty)
          : represent(projected, shown),
      )
    },
  )
}

/** 5.7.2.4: who asks for nothing in particular asks for too much. */
export const isNarrowed = (
  query: Omit<z.infer<typeof FindQuery>, keyof z.infer<typeof ViewQuery>> & { attrs?: string | undefined },
): boolean =>
  [query.type, query.id, query.idPattern, query.attrs, query.q, query.georel].some(
    (one) => one !== undefined,
  ) || query.local === 'true'

export const notAcceptable = (reply: FastifyReply) =>
  refuse(
    reply,
    {
      kind: 'InvalidRequest',
      detail:
        'Accept: application/json and application/ld+json are given, entities also as application/geo+json',
    },
    406,
  )

interface View {
  readonly form: Form
  readonly hasSystem: boolean
}

/** A text: what of it is not supported. */
function readView({ options = '', format }: z.infer<typeof ViewQuery>): View | string {
  const asked = options.split(',').filter(Boolean)
  const unknown = asked.find((one) => one !== 'sysAttrs' && !FORMS.some((form) => form === one))
  if (unknown !== undefined) return `options: ${unknown}; takes ${FORMS.join(', ')}, sysAttrs`
  const form = format ?? asked.find((one) => one !== 'sysAttrs') ?? 'normalized'
  return {
    form: form === 'simplified' ? 'keyValues' : (form as Form),
    hasSystem: asked.includes('sysAttrs'),
  }
}

async function shownOf(
  store: Store,
  { form, hasSystem }: View,
  page: readonly { readonly id: string; readonly entity: NgsiEntity }[],
): Promise<(id: string) => Shown> {
  if (!hasSystem) return () => ({ form })
  const made = await createdAtOf(
    store.db,
    page.map(({ id }) => id),
  )
  const seen = new Map(page.map(({ id, entity }) => [id, entity.attributes.freshness?.observedAt]))
  return (id) => {
    const createdAt = formatTime(made.get(id) ?? 0)
    const last = seen.get(id)
    return {
      form,
      system: { createdAt, modifiedAt: last !== undefined && last > createdAt ? last : createdAt },
    }
  }
}

/** 6.3.10: where the pages beside this one are. */
function pageLinks(
  request: FastifyRequest,
  reply: FastifyReply,
  { offset, limit, found }: { offset: number; limit: number; found: number },
): void {
  if (limit === 0) return
  const at = (to: number) => {
    const url = new URL(request.url, 'http://plumbline')
    url.searchParams.set('offset', String(to))
    return `<${url.pathname}${url.search}>`
  }
  if (offset > 0) addLink(reply, `${at(Math.max(0, offset - limit))}; rel="prev"; type="application/ld+json"`)
  if (found > offset + limit) addLink(reply, `${at(offset + limit)}; rel="next"; type="application/ld+json"`)
}
