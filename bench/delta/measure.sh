# For the scripts of this folder: run NAME COMMAND... prints seconds, seconds of processor and MiB of the command.
run() {
  name=$1
  shift
  if ! /usr/bin/time -f '%e %U %S %M' -o time.txt "$@" > out.txt 2> err.txt; then
    cat out.txt err.txt
    exit 1
  fi
  awk -v name="$name" '{ printf "%-44s %7.2f s  %6.2f s of processor  %6.0f MiB\n", name, $1, $2 + $3, $4 / 1024 }' time.txt
}
