#!/usr/bin/env bash
# Gathers what is kept of one run in a folder of real files, listed with their hashes.
#
#   hand-over.sh --run RUN [--reads FILE …] [--assembly FILE …] [--stats FILE …] [--report FILE …] [--versions TSV …]
#                [--version NAME=VERSION …] [--free FILE …]
#
# Writes <RUN>/reads, <RUN>/assembly, <RUN>/stats, reports at its top, <RUN>/versions.json and <RUN>/run-complete.json, which lists
# every other file with its size and SHA-256: a copy of the folder is whole when all of them have their size. Files named by --free
# (and reads that could only be copied) are deleted where they really lie, behind Nextflow's links: nothing needs them any more.
set -euo pipefail
# shellcheck source=reason.sh
. "$(dirname "${BASH_SOURCE[0]}")/reason.sh"

read_options 'run reads assembly stats report versions version free' "$@"
run=${options[run]:?}
need sha256sum awk

whole=no
trap '[ "$whole" = yes ] || rm -rf "$run"' EXIT

# keep KIND FOLDER: the files of that kind, as hard links where the file system allows (no second copy of the reads), else as copies.
keep() {
  local file real
  while IFS= read -r file; do
    [ -n "$file" ] || continue
    mkdir -p "$2"
    real=$(readlink -f "$file")
    if ! ln "$real" "$2/$(basename "$file")" 2>/dev/null; then
      cp "$real" "$2/$(basename "$file")" || fail 71 DL_DISK "run=$run" "file=$file"
      [ "$1" != reads ] || options[free]+=$'\n'$file
    fi
  done <<<"${options[$1]:-}"
}

keep reads "$run/reads"
keep assembly "$run/assembly"
keep stats "$run/stats"
keep report "$run"

# {"tool": "version", …}, sorted; the files hold a line `tool<TAB>version` each.
{
  while IFS= read -r file; do [ -z "$file" ] || cat "$file"; done <<<"${options[versions]:-}"
  while IFS= read -r pair; do [ -z "$pair" ] || printf '%s\t%s\n' "${pair%%=*}" "${pair#*=}"; done <<<"${options[version]:-}"
} | LC_ALL=C sort -u | awk -F '\t' '
  BEGIN { printf "{" }
  { gsub(/["\\]/, ""); printf "%s\n  \"%s\": \"%s\"", (NR > 1 ? "," : ""), $1, $2 }
  END { print "\n}" }
' >"$run/versions.json"

# Hashes one after another into a file of their own, so that the list cannot contain itself.
(cd "$run" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) >files.txt
while IFS= read -r file; do
  hash=$(sha256sum <"$run/$file")
  printf '%s\t%s\t%s\n' "$file" "$(stat -c %s "$run/$file")" "${hash%% *}"
done <files.txt | awk -F '\t' -v run="$run" '
  BEGIN { printf "{\n  \"run\": \"%s\",\n  \"files\": [", run }
  { printf "%s\n    {\"path\": \"%s\", \"bytes\": %s, \"sha256\": \"%s\"}", (NR > 1 ? "," : ""), $1, $2, $3 }
  END { print "\n  ]\n}" }
' >run-complete.json
mv run-complete.json "$run/run-complete.json"
whole=yes

while IFS= read -r file; do
  [ -z "$file" ] || rm -f "$(readlink -f "$file")"
done <<<"${options[free]:-}"
