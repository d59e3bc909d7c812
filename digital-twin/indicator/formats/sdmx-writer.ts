import type { Figure, FigureSet } from '../figure.ts'
import type { ListedCode } from './code-lists.ts'
import type { Attribute, Component } from './components.ts'
import { codesOf } from './dataflows.ts'
import type { Lang, Names } from './names.ts'
import { named } from './sdmx-message.ts'
import { spanOf } from './span.ts'

export type Value = string | number | null

/** Numbers the values of coded components and of dimensions in the order in which they come. */
export class SdmxWriter {
  readonly #set: FigureSet
  readonly #lang: Lang
  readonly #coded: (list: string, code: string) => ListedCode
  readonly #indexes = new Map<string, Map<string, number>>()

  constructor(set: FigureSet, lang: Lang) {
    this.#set = set
    this.#lang = lang
    this.#coded = codesOf(set)
  }

  named(names: Names) {
    return named(names, this.#lang)
  }

  key(dimensions: readonly Component[], figure: Figure): string {
    return dimensions
      .map((dimension) => this.#index(dimension.id, String(dimension.of(figure, this.#set))))
      .join(':')
  }

  values(attributes: readonly Attribute[], figure: Figure): Value[] {
    return attributes.map((attribute) => {
      const value = attribute.of(figure, this.#set)
      if (value === null || attribute.codeList === null) return value
      return this.#index(attribute.id, String(value))
    })
  }

  dimension(component: Component, keyPosition: number) {
    return {
      id: component.id,
      ...this.named(component),
      keyPosition,
      roles: [component.id],
      values: this.#listed(component.id).map((code) =>
        component.codeList === null
          ? { id: code, name: code, ...bounds(code) }
          : { id: code, ...this.named(this.#coded(component.codeList, code)) },
      ),
    }
  }

  attribute(attribute: Attribute) {
    const { codeList, dependsOn, fallback } = attribute
    if (fallback !== undefined) this.#index(attribute.id, fallback)
    return {
      id: attribute.id,
      ...this.named(attribute),
      relationship: typeof dependsOn === 'string' ? { [dependsOn]: {} } : { dimensions: dependsOn },
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(codeList === null
        ? { format: { dataType: attribute.dataType } }
        : {
            values: this.#listed(attribute.id).map((id) => ({
              id,
              ...this.named(this.#coded(codeList, id)),
            })),
          }),
    }
  }

  #index(component: string, value: string): number {
    let known = this.#indexes.get(component)
    if (!known) {
      known = new Map()
      this.#indexes.set(component, known)
    }
    const index = known.get(value) ?? known.size
    known.set(value, index)
    return index
  }

  #listed(component: string): string[] {
    return [...(this.#indexes.get(component)?.keys() ?? [])]
  }
}

/** Of the local calendar, UTC+7. */
function bounds(period: string) {
  const span = spanOf(period)
  return span ? { start: `${span.from}T00:00:00+07:00`, end: `${span.to}T23:59:59+07:00` } : {}
}
