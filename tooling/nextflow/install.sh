#!/bin/sh
# Puts Nextflow into a folder of its own, from Maven Central: sh tooling/nextflow/install.sh [FOLDER]
# FOLDER is .tools/nextflow-<version> of this checkout unless given. Does nothing when it is there already. What arrives is
# compared with jars.sha256 and renamed into place whole, so that an interrupted install leaves nothing half-made.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
version=$(sed -n 's|.*<nextflow.version>\(.*\)</nextflow.version>.*|\1|p' "$here/pom.xml")
target=${1:-$(dirname "$(dirname "$here")")/.tools/nextflow-$version}

if cmp -s "$here/jars.sha256" "$target/jars.sha256"; then
  if ! cmp -s "$here/nextflow" "$target/nextflow"; then
    cp "$here/nextflow" "$target/nextflow.$$"
    mv "$target/nextflow.$$" "$target/nextflow"
  fi
  exit 0
fi

for tool in mvn java; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "nextflow $version: '$tool' is missing. Debian: apt-get install maven default-jre-headless" >&2
    exit 127
  fi
done

# Maven reads no proxy from the environment; it wants Java's own settings.
proxy_settings() { # $1 the proxy's URL, $2 the protocol it serves
  address=${1#*://}
  address=${address%%/*}
  address=${address##*@}
  case $address in
    *:*) printf ' -D%s.proxyHost=%s -D%s.proxyPort=%s' "$2" "${address%:*}" "$2" "${address##*:}" ;;
    ?*) printf ' -D%s.proxyHost=%s' "$2" "$address" ;;
  esac
}
http_url=${http_proxy:-${HTTP_PROXY:-}}
https_url=${https_proxy:-${HTTPS_PROXY:-$http_url}}
direct=$(printf '%s' "${no_proxy:-${NO_PROXY:-}}" | tr -d ' ' | sed 's/,/|/g; s/^\./*./; s/|\./|*./g')
settings="$(proxy_settings "$http_url" http)$(proxy_settings "$https_url" https)"
[ -n "$direct" ] && settings="$settings -Dhttp.nonProxyHosts=$direct"
export MAVEN_OPTS="${MAVEN_OPTS:-}$settings"

echo "nextflow $version: fetching its jars (40 MB) from Maven Central" >&2
mkdir -p "$(dirname "$target")"
fresh=$(mktemp -d "$(dirname "$target")/.nextflow-$version.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Three tries: a registry's short fault is no reason to send a person away.
tries=1
until mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$fresh/lib" >&2; do
  [ "$tries" -ge 3 ] && { echo "nextflow $version: Maven failed $tries times; see above" >&2; exit 1; }
  tries=$((tries + 1))
  sleep 5
done

wanted=$(wc -l <"$here/jars.sha256")
if [ "$(find "$fresh/lib" -type f | wc -l)" -ne "$wanted" ] || ! (cd "$fresh/lib" && sha256sum -c "$here/jars.sha256" >/dev/null); then
  echo "nextflow $version: what Maven brought differs from tooling/nextflow/jars.sha256" >&2
  exit 1
fi

cp "$here/nextflow" "$here/jars.sha256" "$fresh/"
chmod 755 "$fresh" "$fresh/nextflow"
# Another install may have been quicker: its folder is as good as ours. Anything else there is a leftover.
cmp -s "$here/jars.sha256" "$target/jars.sha256" || { rm -rf "$target" && mv "$fresh" "$target"; }
echo "nextflow $version: ready in $target" >&2
