#!/bin/sh
# golden_help.sh WEIR REPOSITORY: compares the help of weir and of each of its commands with tests/golden/help-*.txt.
# WEIR_UPDATE_GOLDEN=1 writes these files instead.
set -eu
weir=$1
golden=$2/tests/golden
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The version changes with each release; the help does not.
"$weir" --help | sed -E '1s/^weir [0-9.]+:/weir VERSION:/' >"$folder/help.txt"
"$weir" --help | sed -n '/^Commands:/,/^$/s/^  \(.*\)/\1/p' | sed 's/   *.*//' >"$folder/commands"
while read -r command; do
  file=$folder/help-$(echo "$command" | tr ' ' '-').txt
  for flag in -h --help; do
    echo "\$ weir $command $flag"
    # shellcheck disable=SC2086 -- "table list" is two words
    "$weir" $command $flag
    echo
  done >"$file"
done <"$folder/commands"
rm "$folder/commands"

if [ -n "${WEIR_UPDATE_GOLDEN:-}" ]; then
  rm -f "$golden"/help*.txt
  cp "$folder"/help*.txt "$golden"/
  echo "wrote $golden/help*.txt"
  exit 0
fi
mkdir "$folder/golden"
cp "$golden"/help*.txt "$folder/golden/"
status=0
for file in "$folder"/help*.txt "$folder"/golden/help*.txt; do
  name=$(basename "$file")
  diff -u "$folder/golden/$name" "$folder/$name" || status=1
done
[ $status = 0 ] || echo "help has changed; WEIR_UPDATE_GOLDEN=1 ctest -R cli/golden_help accepts it"
exit $status
