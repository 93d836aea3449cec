package import NeuralNetwork

/// Writes Caffe models, so that golden weights can be read back through the reader of such files.
///
/// A protocol buffer is a list of fields, each a tag (number · 8 + wire type) and its content: here always type 2, a length and
/// so many bytes.
package enum CaffeEncoding {
  /// The variable-length number: seven bits a byte, the lowest first, the highest bit set on all but the last.
  package static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// Field `number` with the given content.
  package static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  /// A blob (`BlobProto`) of the given extents.
  package static func blob(_ shape: [Int], _ values: [Float]) -> [UInt8] {
    let dimensions = shape.flatMap { varint(UInt64(bitPattern: Int64($0))) }
    var data: [UInt8] = []
    data.reserveCapacity(values.count * 4)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 } }
    return field(7, field(1, dimensions)) + field(5, data)
  }

  /// A layer (`LayerParameter`) with its blobs.
  package static func layer(_ name: String, blobs: [[UInt8]]) -> [UInt8] {
    field(100, field(1, Array(name.utf8)) + field(2, Array("Convolution".utf8)) + blobs.flatMap { field(7, $0) })
  }

  /// A whole model of tensors named `LAYER.weight` and `LAYER.bias`, in their order.
  package static func model(_ store: WeightStore) -> [UInt8] {
    var file = field(1, Array("golden".utf8))
    for tensor in store.tensors where tensor.name.hasSuffix(".weight") {
      let name = String(tensor.name.dropLast(".weight".count))
      let parts = [tensor] + [store[name + ".bias"]].compactMap { $0 }
      file += layer(name, blobs: parts.map { blob($0.shape, $0.values()) })
    }
    return file
  }
}
