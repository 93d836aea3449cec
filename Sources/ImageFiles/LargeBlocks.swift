internal import CImageCodecs

/// How the memory of pictures and maps is given back between frames.
public enum LargeBlocks {
  /// Makes the C library give blocks of 256 KiB and more back to the system when they are freed; for programs that go
  /// through many frames of different sizes.
  ///
  /// By default glibc raises that limit with every freed block, and frames that differ in size leave holes in its heap:
  /// memory then grows with the number of frames (measured: 386 MB after 450 KITTI frames, 31 MB this way).
  public static func giveBack() { sd_give_back_large_blocks() }

  /// Makes all threads take small blocks from one heap; for programs whose address space is limited, of which every further heap
  /// would reserve 64 MiB.
  public static func useOneHeap() { sd_use_one_heap() }
}
