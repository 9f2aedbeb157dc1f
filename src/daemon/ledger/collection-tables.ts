/** A program that collects on a host of its own, as it last stood. */
export interface CollectorsTable {
  name: string
  library_id: string
  version: string
  /** Bytes that its library can take. */
  free_bytes: number
  heard_at: string
  /** The epoch in which it reported everything that lies in its library; null: in none. */
  stored_epoch: number | null
}

/** Which collector works on an attempt, and how long that is believed. */
export interface CollectionClaimsTable {
  attempt_id: string
  collector: string
  until: string
}

/** What a collector reported of one run of an attempt: taken away by the stage that acts on it. */
export interface CollectionFactsTable {
  attempt_id: string
  run_accession: string
  act: 'collect' | 'remove'
  delivery_id: string
  collector: string
  kind: 'proved' | 'not-yet' | 'no-space' | 'failed' | 'removed' | 'left'
  /** The failures that were known when it was asked: an older report counts no more. */
  failures: number
  said_json: string
  said_at: string
}

/** What a machine said of itself when a collector last looked. */
export interface CollectionPeeksTable {
  attempt_id: string
  machine_id: string
  said_json: string
  said_at: string
}

/** A link that a collector made, or that would lead to nothing. */
export interface CollectionLinksTable {
  tax_id: number
  run_accession: string
  delivery_id: string
  outcome: 'made' | 'nothing-there'
}

/** An ended attempt of which collectors are to clear what transfers left half-way. */
export interface CollectionClearingsTable {
  attempt_id: string
  wished_at: string
}

/** What lies in a collector's library, reported to a restored ledger. */
export interface CollectionStoredTable {
  epoch: number
  collector: string
  delivery_id: string
  stored_json: string
}

/** The tables of remote collectors. */
export interface CollectionTables {
  collectors: CollectorsTable
  collection_claims: CollectionClaimsTable
  collection_facts: CollectionFactsTable
  collection_peeks: CollectionPeeksTable
  collection_links: CollectionLinksTable
  collection_clearings: CollectionClearingsTable
  collection_stored: CollectionStoredTable
}
