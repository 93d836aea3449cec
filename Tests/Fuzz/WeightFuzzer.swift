/// libFuzzer's entry for both readers of weights; `fuzz_weights.sh` builds and runs it.
///
/// Whatever the bytes, a reader ends with a store whose tensors can be read, or with an error.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzzWeights(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  if let store = try? WeightStore(bytes: Array(UnsafeBufferPointer(start: start, count: count))) {
    for tensor in store.tensors { precondition(tensor.values().count == tensor.count) }
  }
  return 0
}
