import Glibc

/// Makes a directory and those above it; one that is there stays.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``, naming the directory that could not be made.
package func makeDirectory(_ path: String) throws(FileError) {
  let operation = "making a directory"
  var made = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    made += made.isEmpty || made.hasSuffix("/") ? part : "/" + part
    if mkdir(made, 0o777) == 0 { continue }
    let reason = systemReason()
    var status = stat()
    guard stat(made, &status) == 0 else { throw .unwritable(path: made, operation: operation, reason: reason) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .unwritable(path: made, operation: operation, reason: "there is a file of this name")
    }
  }
}

/// The path from the root of the file system without links and dots, where the file is there; else `path` below the current
/// folder.
package func realPath(_ path: String) -> String {
  if let pointer = realpath(path, nil) {
    defer { free(pointer) }
    return String(cString: pointer)
  }
  guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return String(cString: folder) + "/" + path
}
