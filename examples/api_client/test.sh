#!/bin/sh
# sh test.sh API_CLIENT: runs the client against the server beside this file and looks at what it says.
set -eu
folder=$(mktemp -d)
python3 "$(dirname "$0")/server.py" >"$folder/address" &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
while [ ! -s "$folder/address" ]; do kill -0 $server; done
cat >"$folder/expected" <<'END'
EUR 1683.00
KRW 1.13
USD 1485.00
100 orders; 105 calls, 97 of them from memory, 8 fetches in 16 attempts
END
"$1" "$(cat "$folder/address")" >"$folder/output"
diff "$folder/expected" "$folder/output"
