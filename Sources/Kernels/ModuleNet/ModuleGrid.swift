internal import CKernels

/// Images, the blocks of pixels and the modules of candidate disparities that a network sees them in.
///
/// Disparity index d is candidate d mod 8 of module d ÷ 8. A block is 4 × 4 pixels, fewer at the right and bottom border.
package struct ModuleGrid: Equatable, Sendable {
  /// Pixels of a row and of a column.
  package let width, height: Int
  /// Modules side by side.
  package let modules: Int

  /// Candidates of a module.
  package static let candidates = Int(SD_MODULE)
  /// Pixels of a block's side.
  package static let block = Int(SD_BLOCK)
  /// Channels of a module's tensor: distances, evidence of the left and of the right image, closeness.
  package static let tensorChannels = Int(SD_MODULE_TENSOR)
  /// Channels from the scores, or the posterior, of one module to those of the next.
  package static let scoreChannels = Int(SD_MODULE_SCORES)
  /// Scores of a module: its candidates, "out of my range", the gates of evidence and closeness.
  package static let scores = candidates + 3
  /// Channels of a module's posterior: its candidates, the mass of smaller and of greater disparities.
  package static let posterior = candidates + 2

  /// A grid.
  ///
  /// - Precondition: all are positive.
  package init(width: Int, height: Int, modules: Int) {
    precondition(width > 0 && height > 0 && modules > 0, "\(modules) modules of \(height)×\(width) pixels")
    self.width = width
    self.height = height
    self.modules = modules
  }

  /// Disparities of all modules.
  package var disparities: Int { modules * Self.candidates }
  /// Columns of blocks.
  package var blockColumns: Int { (width + Self.block - 1) / Self.block }
  /// Rows of blocks.
  package var blockRows: Int { (height + Self.block - 1) / Self.block }

  /// A map of blocks with some channels.
  package func blocks(channels: Int) -> FeatureShape {
    FeatureShape(height: blockRows, width: blockColumns, channels: channels)
  }

  /// How the C kernels name it.
  var shape: sd_modules { sd_modules(width: Int32(width), height: Int32(height), modules: Int32(modules)) }

  /// Requires that `view` holds `channels` a block for every module, modules side by side.
  func require(_ view: FeatureView, _ channels: Int, _ operation: String) {
    precondition(
      view.shape == blocks(channels: channels * modules) && view.pixel == channels * modules,
      "\(operation): \(view.shape), not \(blocks(channels: channels * modules))")
  }
}
