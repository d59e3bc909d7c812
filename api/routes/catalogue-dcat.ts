import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { FigureSource } from '../../digital-twin/indicator/figure-source.ts'
import { type CatalogueOptions, dcatEntry } from '../../digital-twin/indicator/formats/dcat.ts'
import { allow } from '../access.ts'

export interface CatalogueDcatOptions {
  readonly figures: FigureSource
  readonly windowDays: number
  readonly licence: CatalogueOptions['licence']
  readonly publisher: CatalogueOptions['publisher']
  /** Where this platform shows the method. */
  readonly methodPath: string
}

/** The indicator as an entry of a data catalogue, to be harvested. */
export const catalogueDcatRoutes: FastifyPluginAsyncZod<CatalogueDcatOptions> = async (app, options) => {
  app.get(
    '/indicators/catalogue',
    {
      onRequest: allow(),
      schema: {
        tags: ['indicator'],
        description: 'DCAT-AP, in JSON-LD.',
        produces: ['application/ld+json'],
      },
    },
    async (request, reply) => {
      const { figures, windowDays, licence, publisher, methodPath } = options
      const set = await figures.figureSet({
        periods: null,
        areas: null,
        level: 'province',
        isDetail: false,
        coverage: 'PLATFORM',
        asOf: null,
        inputsAsOf: null,
        windowDays,
      })
      const baseUrl = `${request.protocol}://${request.host}`
      return reply
        .type('application/ld+json; charset=utf-8')
        .serializer(String)
        .send(dcatEntry(set, { baseUrl, licence, publisher, methodUrl: `${baseUrl}${methodPath}` }))
    },
  )
}
