#!/bin/sh
# pack.sh OUT DATA WEIGHTS.safetensors: the folder that travels to a machine with a GPU, and a rehearsal of its command on this CPU
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
python3 "$here/pack.py" "$out" --data "$2" --start-from "$3"
"$out/RUN" --run "$out/rehearsal" --device cpu --precision float32 --batch 1 --workers 1 --crop 256 256 --disparities 64 --least-disparities 64 --synthesised 1 --steps 1
"$out/RUN" --run "$out/rehearsal" --device cpu --precision float32 --batch 1 --workers 1 --crop 256 256 --disparities 64 --least-disparities 64 --synthesised 0 --steps 2
rm -r "$out/rehearsal"
echo "rehearsed; there: ./RUN, and bring run/checkpoint.pt home"
