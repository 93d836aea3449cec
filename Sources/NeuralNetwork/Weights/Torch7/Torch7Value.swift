/// What Torch 7 writes: Lua's values, and objects of its classes. Tables and objects are numbers of a ``Torch7Arena``.
enum Torch7Value {
  case none
  case number(Double)
  case boolean(Bool)
  case text(String)
  case table(Int)
  case object(Int)
  case tensor(Int)
  case storage(Int)
  /// A function, which is not read.
  case function
}

/// Everything that a file has made.
struct Torch7Arena {
  /// An object of a class that is no tensor and no storage: what it holds is one value, most often a table.
  struct Object {
    let name: String
    let content: Torch7Value
  }

  /// Elements one after the other: in the file, or read from text.
  struct Storage {
    let type: ElementType
    let count: Int
    /// Byte of element 0; not used where there are values.
    let place: Int
    let values: [Float]?
  }

  /// A strided view of a storage; `nil` for a tensor without elements.
  struct Tensor {
    let storage: Int?
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  var tables: [[(key: Torch7Value, value: Torch7Value)]] = []
  var objects: [Object] = []
  var storages: [Storage] = []
  var tensors: [Tensor] = []

  /// The member of a table that has this name.
  subscript(table: Int, name: String) -> Torch7Value? {
    for member in tables[table] {
      if case .text(let text) = member.key, text == name { return member.value }
    }
    return nil
  }

  /// The members 1, 2, 3 … of a table, in order; the order in the file is that of a hash.
  func list(_ table: Int) -> [Torch7Value] {
    var numbered: [(Double, Torch7Value)] = []
    for member in tables[table] {
      if case .number(let number) = member.key { numbered.append((number, member.value)) }
    }
    return numbered.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
