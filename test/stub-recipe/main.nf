// Only its presence counts: `nextflow.ts` beside it stands in for Nextflow.
workflow { }
