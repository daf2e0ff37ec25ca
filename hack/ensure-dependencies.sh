#!/bin/sh
# Runs `npm ci` when node_modules is missing or belongs to another package-lock.json. Quiet and instant otherwise.
set -eu
cd "$(dirname "$0")/.."

stamp=node_modules/.lock-hash
wanted=$(cksum <package-lock.json)

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
	exit 0
fi

# Somebody ran npm by hand: it writes this file last, so a newer one means a complete installation.
if [ ! -f "$stamp" ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then
	echo "$wanted" >"$stamp"
	exit 0
fi

if [ -d node_modules ]; then
	echo "dependencies: package-lock.json has changed, running npm ci"
else
	echo "dependencies: not installed yet, running npm ci"
fi

# Inside an npm script the first node on the PATH is the one in node_modules, which npm ci removes under its own feet.
path=
rest=$PATH:
while [ -n "$rest" ]; do
	entry=${rest%%:*}
	rest=${rest#*:}
	case $entry in
	*/node_modules/.bin | */node-gyp-bin) ;;
	*) path=$path${path:+:}$entry ;;
	esac
done
if ! PATH=$path command -v node >/dev/null || ! PATH=$path command -v npm >/dev/null; then
	echo "dependencies: node and npm have to be installed (any Node from 20 on; the scripts then use their own)" >&2
	exit 1
fi
PATH=$path npm ci --no-audit --no-fund
echo "$wanted" >"$stamp"
