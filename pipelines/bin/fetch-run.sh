#!/usr/bin/env bash
# Fetches the read files of one run and checks them: size, MD5, gzip, whole FASTQ records, equal mates, minimum reads, in this order.
#
#   fetch-run.sh --run RUN --out FOLDER --file 'NAME,ROLE,BYTES,MD5,URL|URL…' [--file …]
#                [--min-reads 1] [--streams 2] [--stall-seconds 60] [--waits 10,30,120]
#                [--ca-file PEM] [--limit-seconds 14400]
#
# ROLE is mate1, mate2, single or orphan; BYTES and MD5 may be empty (then that check is left out). Writes the files into FOLDER,
# fetch.tsv and fetch.versions.tsv beside it. A source is tried once and again after each of --waits (seconds, up to a quarter longer
# so that many workers do not come back together); a missing file only twice; then the next source. Wrong bytes are deleted before
# another try, a part that was cut short is resumed. Exit codes: pipelines/exit-codes.json, FETCH.
set -euo pipefail
# shellcheck source=reason.sh
. "$(dirname "${BASH_SOURCE[0]}")/reason.sh"

readonly MIB=1048576
# aria2's own exit codes that are told apart here; every other one is a fault of the line or the host.
readonly ARIA2_NOT_FOUND=3 ARIA2_DISK=9 STALLED=200

read_options 'run out file min-reads streams stall-seconds waits ca-file limit-seconds' "$@"
run=${options[run]:?} out=${options[out]:?}
min_reads=${options[min-reads]:-1} streams=${options[streams]:-2} stall_seconds=${options[stall-seconds]:-60}
limit_seconds=${options[limit-seconds]:-14400}
IFS=, read -r -a waits <<<"${options[waits]-10,30,120}"
need aria2c gzip md5sum

names=() roles=() sizes=() sums=() urls=()
declare -A name_of=() reads_of=()

# A failed run leaves neither a fetcher nor half-files behind: its folder stays until the batch ends.
fetcher='' whole=no
leave() {
  # At once: asked politely, aria2 still writes its notes into a folder that is being deleted.
  [ -z "$fetcher" ] || { kill -9 "$fetcher" && wait "$fetcher"; } 2>/dev/null || true
  [ "$whole" = yes ] || rm -rf "$out"
}
trap leave EXIT

# Whether the lines make a run that can be processed: two mates and perhaps orphans, or one single file.
read_sheet() {
  local name role bytes md5 sources rest line
  while IFS= read -r line; do
    IFS=, read -r name role bytes md5 sources rest <<<"$line"
    [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]*\.(fastq|fq)\.gz$ ]] || fail 40 PIPE_FAIL "run=$run" "file=$name" why=file-name
    [[ $role =~ ^(mate1|mate2|single|orphan)$ ]] || fail 40 PIPE_FAIL "run=$run" "file=$name" "role=$role"
    [ -z "${name_of[$role]:-}" ] || fail 40 PIPE_FAIL "run=$run" "role=$role" why=twice
    [[ $bytes =~ ^[0-9]*$ && $md5 =~ ^([0-9a-fA-F]{32})?$ ]] || fail 40 PIPE_FAIL "run=$run" "file=$name" "bytes=$bytes" "md5=$md5"
    if [ -z "$sources" ] || [ -n "$rest" ]; then fail 40 PIPE_FAIL "run=$run" "file=$name" why=sources; fi
    name_of[$role]=$name
    names+=("$name") roles+=("$role") sizes+=("$bytes") sums+=("${md5,,}") urls+=("$sources")
  done <<<"${options[file]:-}"
  case "${name_of[mate1]:+1}${name_of[mate2]:+2}${name_of[single]:+s}${name_of[orphan]:+o}" in
    12 | 12o | s) ;;
    *) fail 40 PIPE_FAIL "run=$run" "roles=$(IFS=+; echo "${roles[*]}")" ;;
  esac
}

# Better no start than a full disk: the run's files and a little room must fit.
check_disk() {
  local wanted=$MIB size free
  for size in "${sizes[@]}"; do wanted=$((wanted + ${size:-0})); done
  free=$(($(df -Pk . | awk 'NR == 2 { print $4 }') * 1024))
  [ "$free" -ge "$wanted" ] || fail 47 DL_DISK "run=$run" "need=$wanted" "free=$free"
}

# nap_after WAIT: the wait and up to a quarter more.
nap_after() { [ "$1" -eq 0 ] || nap $(($1 + RANDOM % ($1 / 4 + 1))); }

# download URL FILE: one try; returns aria2's exit code, or STALLED. What aria2 says goes to the log.
download() {
  local status=0 stalled=no blocks last_blocks='' idle_since=$SECONDS looked_at=$SECONDS
  local -a extra=()
  [ -z "${options[ca-file]:-}" ] || extra+=("--ca-certificate=${options[ca-file]}")
  # After wrong bytes a proxy's stored copy may be the culprit.
  [ "$wrong_before" = no ] || extra+=(--http-no-cache=true)
  aria2c --no-conf=true --no-netrc=true --async-dns=false --user-agent=microfetch --dir="$out" --out="$2" \
    --continue=true --always-resume=false --allow-overwrite=true --auto-file-renaming=false --file-allocation=none --disk-cache=0 --remote-time=false \
    --max-connection-per-server="$streams" --split="$streams" --min-split-size=8M --max-tries=1 \
    --connect-timeout="$((stall_seconds < 30 ? stall_seconds : 30))" --timeout="$stall_seconds" \
    --follow-torrent=false --follow-metalink=false \
    --summary-interval=0 --download-result=hide --show-console-readout=false --enable-color=false --console-log-level=error \
    "${extra[@]}" "$1" >"$log" 2>&1 &
  fetcher=$!
  # aria2 has been seen waiting at 0 B/s for ever in spite of its own limits: who writes no block for twice as long is ended.
  # (Its own limit for slow lines is no help: it counts ten seconds, whatever the stall limit, and switches that one off.)
  while kill -0 "$fetcher" 2>/dev/null; do
    nap 0.1
    [ "$SECONDS" -lt "$limit_seconds" ] || fail 140 DL_FAIL "run=$run" "file=$2" "limit_seconds=$limit_seconds"
    [ $((SECONDS - looked_at)) -ge 2 ] || continue
    looked_at=$SECONDS
    blocks=$(stat -c %b "$out/$2" 2>/dev/null || echo none)
    [ "$blocks" = "$last_blocks" ] || { last_blocks=$blocks idle_since=$SECONDS; }
    if [ $((SECONDS - idle_since)) -gt $((2 * stall_seconds + 3)) ]; then
      kill -9 "$fetcher" 2>/dev/null || true
      stalled=yes
    fi
  done
  wait "$fetcher" || status=$?
  fetcher=''
  [ "$stalled" = no ] || status=$STALLED
  return "$status"
}

# judge AT: what is wrong with the bytes of file AT, or nothing. Sets `fault`, `got` and, past the size, `sum`.
judge() {
  fault='' got=''
  local path=$out/${names[$1]} size
  size=$(stat -c %s "$path" 2>/dev/null || echo 0)
  if [ -n "${sizes[$1]}" ] && [ "$size" != "${sizes[$1]}" ]; then
    fault=DL_SIZE got=$size
    return
  fi
  sum=$(md5sum <"$path")
  sum=${sum%% *}
  if [ -n "${sums[$1]}" ] && [ "$sum" != "${sums[$1]}" ]; then fault=DL_MD5 got=$sum; fi
}

# try_source AT URL: all tries at one source. Returns 0 when the file is whole; else leaves the last `fault` and `got`.
try_source() {
  local at=$1 url=$2 name=${names[$1]} missing=0 before='' wait status magic
  for wait in '' "${waits[@]}"; do
    [ -z "$wait" ] || nap_after "$wait"
    tries=$((tries + 1)) status=0
    download "$url" "$name" || status=$?
    case $status in
      0) judge "$at" ;;
      "$ARIA2_DISK") fail 47 DL_DISK "run=$run" "file=$name" ;;
      "$STALLED") fault=DL_FAIL got=stalled ;;
      *)
        disk_is_full "$out" && fail 47 DL_DISK "run=$run" "file=$name"
        fault=DL_FAIL got=$(sed -n 's/.*status=\([0-9][0-9]*\).*/http-\1/p' "$log" | tail -n 1)
        [ "$status" -ne "$ARIA2_NOT_FOUND" ] || { got=not-found missing=$((missing + 1)); }
        got=${got:-aria2-$status}
        ;;
    esac
    [ -n "$fault" ] || return 0
    echo "$(date -u +%FT%TZ) $name try $tries: $fault $got from $url" >&2
    grep -m 1 errorCode= "$log" >&2 || true
    if [ "$fault" != DL_FAIL ]; then
      magic=$(head -c 2 "$out/$name" | od -An -tx1)
      rm -f "$out/$name" "$out/$name.aria2"
      wrong_before=yes
      # The same wrong gzip file again: this is what the source has. No gzip at all (nothing, a page of HTML) is an outage and may pass.
      if [ "$magic" = ' 1f 8b' ]; then
        [ "$before" != "$fault $got" ] || return 1
        before="$fault $got"
      fi
    fi
    [ "$missing" -lt 2 ] || return 1
  done
  return 1
}

# fetch AT: file AT from the first source that has it. The reason for giving up is the best evidence: wrong bytes before no bytes.
fetch() {
  local at=$1 name=${names[$1]} source began=$SECONDS sum='' worst=DL_FAIL worst_got='' tries=0 wrong_before=no
  local -a sources told=()
  local -A rank=([DL_FAIL]=0 [DL_SIZE]=1 [DL_MD5]=2)
  IFS='|' read -r -a sources <<<"${urls[$at]}"
  for source in "${sources[@]}"; do
    if try_source "$at" "$source"; then
      printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$source" "$tries" "$(stat -c %s "$out/$name")" $((SECONDS - began)) "$sum" >>fetched.tsv
      return
    fi
    told+=("$fault:$got")
    if [ -z "$worst_got" ] || [ "${rank[$fault]}" -gt "${rank[$worst]}" ]; then worst=$fault worst_got=$got; fi
  done
  local -a said=("got=$worst_got" "tries=$tries" "sources=$(IFS=,; echo "${told[*]}")")
  case $worst in
    DL_FAIL) fail 41 DL_FAIL "run=$run" "file=$name" "${said[@]}" ;;
    DL_SIZE) fail 42 DL_SIZE "run=$run" "file=$name" "expected=${sizes[$at]}" "${said[@]}" ;;
    DL_MD5) fail 43 DL_MD5 "run=$run" "file=$name" "expected=${sums[$at]}" "${said[@]}" ;;
  esac
}

# A right MD5 does not help when the archive's own file is broken: this no other source can cure.
check_records() {
  local name=$1 lines first
  lines=$(gzip -cd <"$out/$name" 2>>"$log" | wc -l) || fail 44 DL_GZIP "run=$run" "file=$name" "lines=$lines"
  # A page of HTML may have a right MD5 and a number of lines that fits; the first letter tells, and no more is looked at.
  first=$(gzip -cd <"$out/$name" 2>/dev/null | head -c 1 | od -An -tx1) || true
  [ -z "$first" ] || [ "$first" = ' 40' ] || fail 44 DL_GZIP "run=$run" "file=$name" "lines=$lines" why=not-fastq
  [ $((lines % 4)) -eq 0 ] || fail 44 DL_GZIP "run=$run" "file=$name" "lines=$lines" why=half-a-record
  reads_of[$name]=$((lines / 4))
}

check_mates() {
  local mate1=${name_of[mate1]:-} mate2=${name_of[mate2]:-}
  [ -n "$mate1" ] || return 0
  [ "${reads_of[$mate1]}" -eq "${reads_of[$mate2]}" ] ||
    fail 45 DL_PAIR "run=$run" "file=$mate1" "reads1=${reads_of[$mate1]}" "reads2=${reads_of[$mate2]}"
}

check_min_reads() {
  local name=${name_of[mate1]:-${name_of[single]:-}}
  [ "${reads_of[$name]}" -ge "$min_reads" ] || fail 46 DL_READS_LOW "run=$run" "file=$name" "expected=$min_reads" "got=${reads_of[$name]}"
}

report() {
  local name rest
  printf 'file\tsource\ttries\tbytes\tseconds\tmd5\treads\n' >fetch.tsv
  while IFS=$'\t' read -r name rest; do
    printf '%s\t%s\t%s\n' "$name" "$rest" "${reads_of[$name]}" >>fetch.tsv
  done <fetched.tsv
  rm -f fetched.tsv
  printf 'aria2\t%s\n' "$(version_of "$(aria2c --version)")" >fetch.versions.tsv
}

mkdir -p "$out"
log=$PWD/aria2.log
rm -f fetched.tsv
read_sheet
check_disk
for at in "${!names[@]}"; do fetch "$at"; done
for name in "${names[@]}"; do check_records "$name"; done
check_mates
check_min_reads
report
whole=yes
