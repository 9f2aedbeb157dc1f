/** Links of the library to results that were at home before a taxon wanted them: noted when it does, forgotten once they are made. */
export const statements: readonly string[] = [
  `create table links_owed (
    tax_id integer not null, run_accession text not null, delivery_id text not null, primary key (tax_id, run_accession)) without rowid`,
]
