#!/usr/bin/env bash
# Measures an assembly.
#
#   assembly-stats.sh --run RUN --assembler NAME --contigs FASTA --trim TRIM_TSV [--genome-size BASES]
#
# Writes <RUN>.assembly.tsv and, the same as a table that MultiQC shows, <RUN>_assembly_mqc.tsv. Depth is the bases that went in
# over the genome size when that is given, else over the assembly's length.
set -euo pipefail
# shellcheck source=reason.sh
. "$(dirname "${BASH_SOURCE[0]}")/reason.sh"

read_options 'run assembler contigs trim genome-size' "$@"
run=${options[run]:?} assembler=${options[assembler]:?}
need awk sort

# Lengths first, then the counts of G and C and of all letters that are a base: N says nothing of GC.
awk '
  /^>/ { if (bases) print bases; bases = 0; next }
  { bases += length($0); gc += gsub(/[GCgc]/, ""); at += gsub(/[ATat]/, "") }
  END { if (bases) print bases; print gc + 0, gc + at > "bases.txt" }
' "${options[contigs]:?}" | sort -rn >lengths.txt

header='run\tassembler\tcontigs\ttotal_length\tlargest\tn50\tgc_percent\treads_used\tbases_used\torphans_used\tdepth'
row=$(
  awk -v run="$run" -v assembler="$assembler" -v genome="${options[genome-size]:-0}" -v OFS='\t' '
    FILENAME == "bases.txt" { gc = $2 > 0 ? sprintf("%.2f", 100 * $1 / $2) : "" ; next }
    FILENAME == "lengths.txt" { lengths[++contigs] = $1; total += $1; next }
    FNR == 2 { reads = $4; bases = $5; orphans = $6 }
    END {
      for (at = 1; at <= contigs && n50 == ""; at++) { sum += lengths[at]; if (2 * sum >= total) n50 = lengths[at] }
      over = genome > 0 ? genome : total
      depth = over ? sprintf("%.1f", bases / over) : ""
      print run, assembler, contigs, total, lengths[1], n50, gc, reads, bases, orphans, depth
    }' bases.txt lengths.txt "${options[trim]:?}"
)
printf '%b\n%s\n' "$header" "$row" >"$run.assembly.tsv"
{
  echo "# id: 'microfetch_assembly'"
  echo "# section_name: 'Assembly'"
  echo "# description: 'Contigs of each run as microfetch assembled them'"
  echo "# plot_type: 'table'"
  printf '%b\n%s\n' "${header/#run/Sample}" "$row"
} >"${run}_assembly_mqc.tsv"
