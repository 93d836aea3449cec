internal import Files
internal import FoundationEssentials
internal import SwiftProtobuf

/// Caffe models (`.caffemodel`): a protocol buffer of layers, each with its blobs.
///
/// Blob 0 of a layer becomes the tensor `LAYER.weight`, blob 1 `LAYER.bias`, further ones `LAYER.blob2`, …; from blob 1 on they
/// are vectors. Layers without blobs are left out. Weights of Caffe's convolutions lie as PyTorch's, `[out, in, y, x]`, transposed
/// `[in, out, y, x]`.
/// Source: Jia et al., Caffe, ACM Multimedia 2014; its caffe.proto.
enum CaffeModel {
  /// Tags of the fields of `NetParameter` that may follow the name: input, layer of old and new files, input dimensions,
  /// state, force_backward, debug_info.
  private static let following: [[UInt8]] = [
    [0x12], [0x1A], [0xA2, 0x06], [0x20], [0x28], [0x32], [0x38], [0x42],
  ]

  /// Whether the bytes begin as a network does: its name, then another field of a network.
  ///
  /// Protocol buffers have no mark of their own; a name of printable characters and the next tag tell enough.
  static func recognises(_ bytes: FileBytes) -> Bool {
    guard bytes.count > 4, bytes[0] == 0x0A, bytes[1] < 0x80 else { return false }
    let end = 2 + Int(bytes[1])
    guard end + 2 <= bytes.count else { return false }
    return bytes.array(2..<end).allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      && following.contains { $0 == bytes.array(end..<end + $0.count) }
  }

  /// Reads a model.
  ///
  /// - Throws: ``WeightError/file(_:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    let network = try decode(bytes, path: path)
    let layers = network.layer.map { ($0.name, $0.blobs) } + network.layers.map { ($0.name, $0.blobs) }
    var tensors: [WeightTensor] = []
    for (name, blobs) in layers {
      for (index, blob) in blobs.enumerated() {
        let part = index == 0 ? "weight" : index == 1 ? "bias" : "blob\(index)"
        tensors.append(try tensor("\(name).\(part)", blob, isVector: index > 0, path: path))
      }
    }
    if tensors.isEmpty {
      throw invalid(path, expected: "layers with weights", found: "\(layers.count) layers without")
    }
    return try WeightStore(
      tensors: tensors, metadata: network.hasName ? ["network": network.name] : [:], path: path, container: .caffe)
  }

  private static func decode(_ bytes: FileBytes, path: String) throws(WeightError) -> CaffeNetParameter {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do {
      return try bytes.withBytes { buffer in
        let data = Data(
          bytesNoCopy: UnsafeMutableRawPointer(mutating: buffer.baseAddress!), count: buffer.count, deallocator: .none)
        return try CaffeNetParameter(serializedBytes: data, partial: true, options: options)
      }
    } catch {
      let reason =
        switch error as? BinaryDecodingError {
        case .truncated: "a field that is longer than what follows"
        case .invalidUTF8: "a name that is no UTF-8"
        default: "\(error)"
        }
      throw invalid(path, expected: "a protocol buffer of a network", found: reason)
    }
  }

  private static func tensor(
    _ name: String, _ blob: CaffeBlobProto, isVector: Bool, path: String
  ) throws(WeightError) -> WeightTensor {
    let values = blob.data.isEmpty ? blob.doubleData.map { Float($0) } : blob.data
    let extents =
      blob.hasShape ? blob.shape.dim.map(Int.init) : [blob.num, blob.channels, blob.height, blob.width].map(Int.init)
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow || extent < 0 {
        throw invalid(path, expected: "extents of \(quoted(name))", found: "\(extents)")
      }
      count = product
    }
    if count != values.count {
      throw invalid(
        path, expected: "\(count) numbers of \(quoted(name)) \(extents)", found: "\(values.count) in the file")
    }
    return WeightTensor(name: name, shape: isVector ? [count] : extents, values: values)
  }

  private static func invalid(_ path: String, expected: String, found: String) -> WeightError {
    .invalid(path: path, operation: "reading a Caffe model", expected: expected, found: found, at: nil)
  }
}
