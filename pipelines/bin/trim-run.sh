#!/usr/bin/env bash
# Trims adapters and bad ends of one run's reads with fastp.
#
#   trim-run.sh --run RUN --cpus N [--mate1 FILE --mate2 FILE | --single FILE] [--orphan FILE]
#
# Writes trimmed/<RUN>_1.trimmed.fastq.gz and _2, or trimmed/<RUN>.trimmed.fastq.gz; orphans as trimmed/<RUN>_orphan.trimmed.fastq.gz when any are left;
# <RUN>.fastp.json (and <RUN>_orphan.fastp.json), trim.tsv (reads and bases before and after) and trim.versions.tsv.
# Exit codes: pipelines/exit-codes.json, FASTP.
set -euo pipefail
# shellcheck source=reason.sh
. "$(dirname "${BASH_SOURCE[0]}")/reason.sh"

read_options 'run cpus mate1 mate2 single orphan' "$@"
run=${options[run]:?}
# fastp gains nothing beyond 16 threads and refuses more.
threads=$((${options[cpus]:-2} < 16 ? ${options[cpus]:-2} : 16))
need fastp awk

whole=no
trap '[ "$whole" = yes ] || rm -rf trimmed' EXIT

# trim REPORT OPTION…: one fastp; its own exit codes say little, so the reason is read from what it said.
trim() {
  local report=$1 status=0
  shift
  fastp --thread "$threads" --json "$report" --html /dev/null "$@" 2>fastp.log || status=$?
  cat fastp.log >&2
  [ "$status" -ne 0 ] || return 0
  disk_is_full . && fail 62 DL_DISK "run=$run" "exit=$status"
  # A signal's exit code (137: out of memory) says more than ours.
  [ "$status" -lt 128 ] || exit "$status"
  fail 63 QC_FAIL "run=$run" "exit=$status" "said=$(grep -m 1 -i error fastp.log || tail -n 1 fastp.log)"
}

# after REPORT FIELD: a number of the report's part after_filtering; before REPORT FIELD: of before_filtering.
count_in() { awk -v part="\"$2\":" -v field="\"$3\":" '$1 == part { inside = 1 } inside && index($1, field) == 1 { gsub(/[^0-9]/, ""); print; exit }' "$1"; }

mkdir -p trimmed
if [ -n "${options[single]:-}" ]; then
  trim "$run.fastp.json" --in1 "${options[single]}" --out1 "trimmed/$run.trimmed.fastq.gz"
else
  trim "$run.fastp.json" --in1 "${options[mate1]:?}" --in2 "${options[mate2]:?}" --detect_adapter_for_pe \
    --out1 "trimmed/${run}_1.trimmed.fastq.gz" --out2 "trimmed/${run}_2.trimmed.fastq.gz"
fi
reads=$(count_in "$run.fastp.json" after_filtering total_reads)
[ "${reads:-0}" -gt 0 ] ||
  fail 61 QC_FAIL "run=$run" "before=$(count_in "$run.fastp.json" before_filtering total_reads)" "after=${reads:-0}"

orphans=0
if [ -n "${options[orphan]:-}" ]; then
  trim "${run}_orphan.fastp.json" --in1 "${options[orphan]}" --out1 "trimmed/${run}_orphan.trimmed.fastq.gz"
  orphans=$(count_in "${run}_orphan.fastp.json" after_filtering total_reads)
  [ "${orphans:-0}" -gt 0 ] || rm -f "trimmed/${run}_orphan.trimmed.fastq.gz"
fi

{
  printf 'run\treads_before\tbases_before\treads_after\tbases_after\torphans_after\n'
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$run" \
    "$(count_in "$run.fastp.json" before_filtering total_reads)" "$(count_in "$run.fastp.json" before_filtering total_bases)" \
    "$reads" "$(count_in "$run.fastp.json" after_filtering total_bases)" "${orphans:-0}"
} >trim.tsv
printf 'fastp\t%s\n' "$(version_of "$(fastp --version 2>&1)")" >trim.versions.tsv
whole=yes
