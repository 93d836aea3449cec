#if canImport(Glibc)
  import Glibc
#endif

/// How memory is given back between frames.
enum LargeBlocks {
  /// Makes the C library take blocks of 256 KiB and more from the system one by one and give them back when freed.
  ///
  /// By default glibc raises that limit with every freed block, and maps of frames that differ in size leave holes in its
  /// heap: memory then grows with the number of frames (measured: 386 MB after 450 KITTI frames, 31 MB this way).
  static func giveBack() {
    #if canImport(Glibc)
      mallopt(M_MMAP_THRESHOLD, 256 << 10)
    #endif
  }
}
