#!/usr/bin/env bash
# Assembles one run's trimmed reads.
#
#   assemble-run.sh --run RUN --assembler skesa|spades|megahit --reads FOLDER --cpus N --memory-gb N [--min-contig 200]
#                   [--min-length BASES] [--max-length BASES] [--limit-seconds 10800]
#
# FOLDER holds what trim-run.sh wrote. Orphans go in as further single reads: all three assemblers take them.
# Writes <RUN>.contigs.fasta (contigs of at least --min-contig bases) and assemble.versions.tsv. Exit codes: pipelines/exit-codes.json,
# ASSEMBLE; that of an assembler that was killed comes through as it is.
set -euo pipefail
# shellcheck source=reason.sh
. "$(dirname "${BASH_SOURCE[0]}")/reason.sh"

# What the assemblers say when memory was short (a child that was killed has return value -9), and when the reads hold nothing to
# assemble: too few of them meet. SPAdes gives its code 21 for both.
readonly SHORT_OF_MEMORY='bad_alloc|std::length_error|[Mm]emory provided is insufficient|[Cc]annot allocate memory|[Oo]ut of memory|[Nn]ot enough memory|(return value|[Ee]xit code):? -9'
readonly NOTHING_TO_ASSEMBLE='Invalid kmer coverage histogram|Reads are too short for selected minimal kmer length'

read_options 'run assembler reads cpus memory-gb min-contig min-length max-length limit-seconds' "$@"
run=${options[run]:?} assembler=${options[assembler]:?} cpus=${options[cpus]:-2} memory_gb=${options[memory-gb]:-4}
min_contig=${options[min-contig]:-200} min_length=${options[min-length]:-0} max_length=${options[max-length]:-0}
limit_seconds=${options[limit-seconds]:-10800}
folder=${options[reads]:?}
mates=("$folder/${run}_1.trimmed.fastq.gz" "$folder/${run}_2.trimmed.fastq.gz") single=$folder/$run.trimmed.fastq.gz orphan=$folder/${run}_orphan.trimmed.fastq.gz

# Tens of gigabytes may lie here: gone as soon as the contigs are out, and when they never come.
worker=''
leave() {
  [ -z "$worker" ] || { kill_tree "$worker"; wait "$worker" || true; } 2>/dev/null
  rm -rf assembler
}
trap leave EXIT
mkdir assembler

skesa_contigs() {
  local -a reads=(--reads "$single")
  [ -e "$single" ] || reads=(--reads "${mates[0]},${mates[1]}")
  [ ! -e "$orphan" ] || reads+=(--reads "$orphan")
  # SKESA refuses to start with less than 4, however small the genome.
  skesa "${reads[@]}" --cores "$cpus" --memory "$((memory_gb < 4 ? 4 : memory_gb))" --contigs_out assembler/contigs.fasta
}

spades_contigs() {
  local -a reads=(-s "$single")
  [ -e "$single" ] || reads=(-1 "${mates[0]}" -2 "${mates[1]}")
  [ ! -e "$orphan" ] || reads+=(-s "$orphan")
  # The archive writes all qualities as phred+33; SPAdes's own guess fails on few reads.
  spades.py --isolate --phred-offset 33 "${reads[@]}" -t "$cpus" -m "$memory_gb" -o assembler/spades
  mv assembler/spades/contigs.fasta assembler/contigs.fasta
}

megahit_contigs() {
  local -a reads=(-r "$single")
  [ -e "$single" ] || reads=(-1 "${mates[0]}" -2 "${mates[1]}")
  [ ! -e "$orphan" ] || { if [ -e "$single" ]; then reads=(-r "$single,$orphan"); else reads+=(-r "$orphan"); fi; }
  megahit "${reads[@]}" -t "$cpus" -m "$((memory_gb * 1000000000))" --min-contig-len "$min_contig" -o assembler/megahit
  mv assembler/megahit/final.contigs.fa assembler/contigs.fasta
}

case $assembler in
  skesa) need skesa awk ;;
  spades) need spades.py awk ;;
  megahit) need megahit awk ;;
  *) fail 64 PIPE_FAIL "run=$run" "assembler=$assembler" ;;
esac

# In the background, so that `set -e` holds inside and its exit code can be looked at all the same.
status=0
"${assembler}_contigs" >assembler.log 2>&1 &
worker=$!
while kill -0 "$worker" 2>/dev/null; do
  nap 0.2
  # Our own limit comes before Nextflow's: that one leaves no exit code behind.
  [ "$SECONDS" -lt "$limit_seconds" ] || fail 140 ASM_TIME "run=$run" "assembler=$assembler" "limit_seconds=$limit_seconds"
done
wait "$worker" || status=$?
worker=''
tail -n 100 assembler.log >&2

if [ "$status" -ne 0 ]; then
  disk_is_full . && fail 55 DL_DISK "run=$run" "assembler=$assembler" "exit=$status"
  if grep -qE "$SHORT_OF_MEMORY" assembler.log; then
    fail 53 ASM_OOM "run=$run" "assembler=$assembler" "exit=$status" "memory_gb=$memory_gb"
  fi
  if grep -qE "$NOTHING_TO_ASSEMBLE" assembler.log; then
    fail 51 ASM_NO_CONTIGS "run=$run" "assembler=$assembler" "exit=$status" "said=$(grep -m 1 -oE "$NOTHING_TO_ASSEMBLE" assembler.log)"
  fi
  said=$(grep -m 1 -E '[[:space:]]ERROR[[:space:]]' assembler.log || grep -m 1 -i error assembler.log || tail -n 1 assembler.log)
  case $assembler:$status in
    *:137 | *:143) exit "$status" ;;
    # Codes that SPAdes gives, among others, when memory is short; with words of its own it was something else.
    spades:12 | spades:21 | spades:250) grep -qE '[[:space:]]ERROR[[:space:]]' assembler.log || exit "$status" ;;
  esac
  fail 54 ASM_FAIL "run=$run" "assembler=$assembler" "exit=$status" "said=$said"
fi

# Only contigs that are long enough: the file is read twice, lengths first, since a contig may be one line or a million.
awk -v shortest="$min_contig" '
  NR == FNR { if (/^>/) contig++; else bases[contig] += length($0); next }
  /^>/ { long = bases[++at] >= shortest }
  long
' assembler/contigs.fasta assembler/contigs.fasta >"$run.contigs.fasta"

contigs=$(grep -c '^>' "$run.contigs.fasta" || true)
[ "$contigs" -gt 0 ] || fail 51 ASM_NO_CONTIGS "run=$run" "assembler=$assembler" "min_contig=$min_contig"
length=$(grep -v '^>' "$run.contigs.fasta" | tr -d '\n' | wc -c)
[ "$length" -ge "$min_length" ] || fail 52 ASM_LEN "run=$run" "expected_min=$min_length" "got=$length"
[ "$max_length" -eq 0 ] || [ "$length" -le "$max_length" ] || fail 52 ASM_LEN "run=$run" "expected_max=$max_length" "got=$length"

case $assembler in
  skesa) version=$(skesa --version 2>&1) ;;
  spades) version=$(spades.py --version 2>&1) ;;
  megahit) version=$(megahit --version 2>&1) ;;
esac
printf '%s\t%s\n' "$assembler" "$(version_of "$version")" >assemble.versions.tsv
