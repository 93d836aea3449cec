#!/bin/bash
# Coverage-guided fuzzing of the weight readers with the address sanitiser: fuzz_weights.sh [SECONDS]
# A crash ends it with a non-zero exit code and leaves the input beside the corpus.
set -euo pipefail
seconds=${1:-60}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work/fuzz" "$work/corpus"' EXIT
mkdir "$work/corpus"
cp "$root"/Tests/NeuralNetworkTests/Fixtures/*.{pt,pth,tar,safetensors,caffemodel} "$work/corpus"
# Caffe models are protocol buffers: their library comes from the package's build.
swift build --package-path "$root" -c release --target NeuralNetwork > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
built=$(swift build --package-path "$root" -c release --show-bin-path)
swiftc -O -wmo -sanitize=fuzzer,address -parse-as-library -package-name fuzz -module-name Files -suppress-warnings \
  -I "$root/Sources/CZip" -emit-module -emit-module-path "$work/Files.swiftmodule" -c "$root"/Sources/Files/*.swift -o "$work/Files.o"
find "$root/Sources/NeuralNetwork/Weights" -name '*.swift' -print0 |
  xargs -0 swiftc -O -sanitize=fuzzer,address -parse-as-library -package-name fuzz -module-name fuzz \
    -suppress-warnings -I "$work" -I "$root/Sources/CZip" -I "$built/Modules" "$root/Tests/Fuzz/WeightFuzzer.swift" \
    "$work/Files.o" "$built"/SwiftProtobuf.build/*.o -lzip -o "$work/fuzz"
cd "$work"
./fuzz -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=2000 -print_final_stats=1 corpus
