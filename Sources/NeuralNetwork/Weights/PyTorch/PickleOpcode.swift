/// The operations of Python's pickle machine that this reader carries out.
///
/// Source: the module `pickletools` of Python, which documents every operation, protocols 0 to 5.
enum PickleOpcode: UInt8 {
  case mark = 0x28  // (
  case stop = 0x2E  // .
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case float8 = 0x47  // G, big-endian
  case int4 = 0x4A  // J
  case int1 = 0x4B  // K
  case int2 = 0x4D  // M
  case none = 0x4E  // N
  case persistentID = 0x51  // Q
  case reduce = 0x52  // R
  case string4 = 0x54  // T
  case string1 = 0x55  // U
  case unicode4 = 0x58  // X
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case appends = 0x65  // e
  case get1 = 0x68  // h
  case get4 = 0x6A  // j
  case put1 = 0x71  // q
  case put4 = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case setItems = 0x75  // u
  case emptyTuple = 0x29  // )
  case emptyList = 0x5D  // ]
  case emptyDictionary = 0x7D  // }
  case bytes4 = 0x42  // B
  case bytes1 = 0x43  // C
  case `protocol` = 0x80
  case newObject = 0x81
  case long4 = 0x8B
  case bytes8 = 0x8E
  case emptySet = 0x8F
  case addItems = 0x90
  case frozenSet = 0x91
  case newObjectWithNames = 0x92
  case byteArray = 0x96
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case true1 = 0x88
  case false1 = 0x89
  case long1 = 0x8A
  case unicode1 = 0x8C
  case unicode8 = 0x8D
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95

  /// The names of operations that exist and are refused, as `pickletools` writes them.
  private static let refusedNames: [UInt8: String] = [
    0x46: "FLOAT", 0x49: "INT", 0x4C: "LONG", 0x50: "PERSID", 0x53: "STRING", 0x56: "UNICODE", 0x64: "DICT",
    0x67: "GET",
    0x69: "INST", 0x6C: "LIST", 0x6F: "OBJ", 0x70: "PUT", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x97: "NEXT_BUFFER",
    0x98: "READONLY_BUFFER",
  ]

  /// The name of a refused operation; `nil` if there is no such operation at all.
  static func refusedName(_ code: UInt8) -> String? { refusedNames[code] }
}
