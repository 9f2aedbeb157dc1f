#!/bin/sh
# Stands for an assembler, or for fastp, where a test wants a certain ending. Called through a link-like file of the tool's name.
#   STUB_SAYS words · STUB_EXIT exit code · STUB_CONTIG a sequence it finds · STUB_SLEEP seconds, in a child · STUB_NEEDS_GB "RUN=GB …"
tool=$1
shift
case "$*" in *--version* | -v) echo "$tool 9.8.7"; exit 0 ;; esac

memory=0 out='' previous=''
for argument in "$@"; do
  case $previous in
    --memory | -m) memory=$argument ;;
    --contigs_out | -o) out=$argument ;;
    --json) json=$argument ;;
    --out1 | --out2) cp "${in:-/dev/null}" "$argument" ;;
    --in1 | --in2) in=$argument ;;
  esac
  previous=$argument
done
[ "$memory" -lt 1000000 ] || memory=$((memory / 1000000000))

if [ "$tool" = fastp ]; then
  printf '{\n"before_filtering": {\n"total_reads":10,\n"total_bases":100\n},\n"after_filtering": {\n"total_reads":10,\n"total_bases":100\n}\n}\n' >"$json"
  exit 0
fi

for need in ${STUB_NEEDS_GB:-}; do
  case "$*" in *"${need%=*}"*) [ "$memory" -ge "${need#*=}" ] || kill -9 $$ ;; esac
done
echo "${STUB_SAYS:-memory was $memory}"
[ -z "${STUB_SLEEP:-}" ] || sh -c "sleep $STUB_SLEEP; :"
case $tool in
  spades.py) mkdir -p "$out" && out=$out/contigs.fasta ;;
  megahit) mkdir -p "$out" && out=$out/final.contigs.fa ;;
esac
if [ -n "${STUB_CONTIG:-}" ]; then printf '>contig_1\n%s\n>contig_2\n%s\n' "$STUB_CONTIG" ACGT >"$out"; else : >"$out"; fi
exit "${STUB_EXIT:-0}"
