import type { ScenarioTaxon } from '../scenario.ts'

/** A taxon as the archive knows it now. */
export interface Taxon {
  id: number
  /** 1 for what hangs below the root. */
  parent: number
  name: string
  rank: string
  commonName: string | undefined
  synonyms: string[]
  genomeBases: number
}

const rootId = 1
const defaultGenomeBases = 30_000

/** The rehearsal's tree of taxa, with ids that were merged into others or deleted. */
export class Taxonomy {
  private readonly taxa = new Map<number, Taxon>()
  private readonly mergedInto = new Map<number, number>()
  private readonly deletedIds = new Set<number>()
  private readonly subtrees = new Map<number, Set<number>>()

  constructor(taxa: readonly ScenarioTaxon[], deletedIds: readonly number[] = []) {
    this.taxa.set(rootId, taxonOf({ id: rootId, parent: rootId, name: 'root', rank: 'no rank' }))
    for (const taxon of taxa) this.add(taxon)
    for (const taxon of this.taxa.values()) {
      if (!this.taxa.has(taxon.parent))
        throw new Error(`taxon ${taxon.id} hangs below ${taxon.parent}, which is not in the taxonomy`)
    }
    for (const id of deletedIds) this.deletedIds.add(id)
  }

  /** Adds a taxon, and the ids merged into it. Refuses an id that is there already. */
  add(wish: ScenarioTaxon): void {
    if (this.taxa.has(wish.id)) throw new Error(`taxon ${wish.id} is in the taxonomy already`)
    this.taxa.set(wish.id, taxonOf(wish))
    for (const old of wish.merged ?? []) this.mergedInto.set(old, wish.id)
    this.subtrees.clear()
  }

  /** The taxon of this very id; undefined when it is unknown, merged or deleted. */
  find(id: number): Taxon | undefined {
    return this.taxa.get(id)
  }

  /** The id that a taxon has now: its own, or that of the taxon it was merged into. */
  current(id: number): number {
    let now = id
    for (let into = this.mergedInto.get(now); into !== undefined; into = this.mergedInto.get(now)) now = into
    return now
  }

  /** Ids that lead to this taxon by a merge, in ascending order. */
  mergedTo(id: number): number[] {
    return [...this.mergedInto.keys()].filter(old => this.current(old) === id).sort((a, b) => a - b)
  }

  /** The taxon's id and all ids below it; empty when the taxon is not there. */
  subtree(id: number): ReadonlySet<number> {
    const known = this.subtrees.get(id)
    if (known !== undefined) return known
    const members = new Set<number>()
    if (this.taxa.has(id)) {
      members.add(id)
      // Children may be listed before their parents, so go round until nothing is added.
      for (let before = -1; before !== members.size;) {
        before = members.size
        for (const taxon of this.taxa.values()) if (members.has(taxon.parent)) members.add(taxon.id)
      }
    }
    this.subtrees.set(id, members)
    return members
  }

  /** Names from below the root down to the parent of the taxon. */
  lineage(id: number): string[] {
    const names: string[] = []
    for (let taxon = this.taxa.get(this.taxa.get(id)?.parent ?? rootId); taxon !== undefined && taxon.id !== rootId;) {
      names.unshift(taxon.name)
      taxon = this.taxa.get(taxon.parent)
    }
    return names
  }

  /** Every taxon, the root excepted, by id. */
  all(): Taxon[] {
    return [...this.taxa.values()].filter(taxon => taxon.id !== rootId).sort((a, b) => a.id - b.id)
  }

  /** Taxa of a name, letters' case apart; with `any`, common names and synonyms count too. */
  named(name: string, any: boolean): Taxon[] {
    const wanted = name.toLowerCase()
    return this.all().filter(taxon => namesOf(taxon, any).some(known => known.toLowerCase() === wanted))
  }

  /** Taxa of which a name begins with the text, letters' case apart. */
  beginningWith(text: string): Taxon[] {
    const wanted = text.toLowerCase()
    return this.all().filter(taxon => namesOf(taxon, true).some(known => known.toLowerCase().startsWith(wanted)))
  }

  /** Merges one taxon into another: its id leads there from now on, and what hung below it hangs below the other. */
  merge(from: number, into: number): void {
    if (!this.taxa.has(from) || !this.taxa.has(into) || from === into) throw new Error(`cannot merge taxon ${from} into ${into}`)
    this.remove(from, into)
    this.mergedInto.set(from, into)
  }

  /** Deletes a taxon: nobody knows its id any longer, and what hung below it hangs below its parent. */
  delete(id: number): void {
    const taxon = this.taxa.get(id)
    if (taxon === undefined || id === rootId) throw new Error(`cannot delete taxon ${id}`)
    this.remove(id, taxon.parent)
    this.deletedIds.add(id)
  }

  /** Whether the id was deleted. */
  isDeleted(id: number): boolean {
    return this.deletedIds.has(id)
  }

  private remove(id: number, heir: number): void {
    for (const taxon of this.taxa.values()) if (taxon.parent === id) taxon.parent = heir
    this.taxa.delete(id)
    this.subtrees.clear()
  }
}

function taxonOf(wish: ScenarioTaxon): Taxon {
  return {
    id: wish.id,
    parent: wish.parent ?? rootId,
    name: wish.name,
    rank: wish.rank ?? 'species',
    commonName: wish.commonName,
    synonyms: wish.synonyms ?? [],
    genomeBases: wish.genomeBases ?? defaultGenomeBases,
  }
}

function namesOf(taxon: Taxon, any: boolean): string[] {
  if (!any) return [taxon.name]
  return [taxon.name, ...taxon.synonyms, ...(taxon.commonName === undefined ? [] : [taxon.commonName])]
}
