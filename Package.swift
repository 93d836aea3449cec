// swift-tools-version: 6.3

import PackageDescription

// What every Swift target is built with: spans returned from our own types (SE-0446 and its annotations).
let settings: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "StereoDepth",

  // MARK: - Products
  products: [
    .library(name: "StereoDepth", targets: ["StereoDepth"]),
    .executable(name: "stereodepth", targets: ["stereodepth"]),
    .executable(name: "stereodepth-bench", targets: ["stereodepth-bench"]),
  ],
  dependencies: [
    // Command line: parsing, help, completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Caffe models are protocol buffers.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    // Builds the documentation catalogue; no target links it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // MARK: - Public targets
    .target(
      name: "StereoDepth",
      dependencies: [
        "CModels", "StereoCore", "Files", "ImageFiles", "Kernels", "NeuralNetwork", "Rectification", "StereoMatching",
        "StereoNetworks",
        "StereoEvaluation", "Tensors",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "stereodepth",
      dependencies: ["StereoDepth", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: settings),
    .executableTarget(
      name: "stereodepth-bench",
      dependencies: [
        "StereoDepth", "StereoNetworks", "StereoMatching", "NeuralNetwork", "Kernels", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // MARK: - Implementation targets
    .target(name: "Tensors", swiftSettings: settings),
    // One folder for each kind of kernel; bodies are included by their path.
    // The bundled weights, compiled in.
    .target(name: "CModels"),
    .target(name: "CKernels", cSettings: [.headerSearchPath(".")]),
    .target(name: "Kernels", dependencies: ["CKernels", "Tensors"], swiftSettings: settings),
    .target(name: "StereoCore", dependencies: ["Tensors"], swiftSettings: settings),
    // Zip archives: PyTorch checkpoints, NumPy's archives and the submissions of the benchmarks.
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .target(name: "Files", dependencies: ["CZip", "Tensors"], swiftSettings: settings),
    // libpng, libjpeg, libtiff and libwebp behind functions that report errors without longjmp across Swift.
    .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG", "CTIFF", "CWebP"]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    // Pictures of industrial cameras, and maps of satellite and aerial data sets.
    .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
    // Calibration files of OpenCV, ROS and Kalibr are YAML, those of DepthAI JSON (which is YAML, too).
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    // Calibration files of OpenCV's FileStorage may be XML.
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .target(
      name: "ImageFiles", dependencies: ["CExpat", "CImageCodecs", "CYAML", "Files", "StereoCore", "Tensors"],
      swiftSettings: settings),
    .target(name: "StereoMatching", dependencies: ["StereoCore", "Kernels", "Tensors"], swiftSettings: settings),
    .target(name: "Rectification", dependencies: ["StereoCore", "Kernels", "Tensors"], swiftSettings: settings),
    .target(
      name: "NeuralNetwork",
      dependencies: ["Files", "Kernels", "Tensors", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["Weights/Caffe/caffe.proto", "Weights/Caffe/caffe_blob.proto"], swiftSettings: settings),
    .target(
      name: "StereoNetworks",
      dependencies: ["NeuralNetwork", "StereoMatching", "StereoCore", "Kernels", "Tensors"],
      swiftSettings: settings),
    .target(
      name: "StereoEvaluation", dependencies: ["Files", "ImageFiles", "Kernels", "StereoCore", "Tensors"],
      swiftSettings: settings),

    // MARK: - Tests
    // Reads golden cases: weights by rule, expected stages, tolerances. Linked by tests only.
    .target(
      name: "GoldenSupport", dependencies: ["Files", "NeuralNetwork"], path: "Tests/GoldenSupport",
      swiftSettings: settings),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "Kernels", "GoldenSupport"], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "StereoNetworksTests",
      dependencies: [
        "StereoNetworks", "StereoDepth", "StereoMatching", "StereoCore", "NeuralNetwork", "Kernels", "ImageFiles",
        "GoldenSupport", "Tensors",
      ],
      exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: settings),
    .testTarget(
      name: "StereoDepthTests", dependencies: ["StereoDepth", "StereoCore", "ImageFiles", "Tensors", "GoldenSupport"],
      swiftSettings: settings),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: settings),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Tensors"], swiftSettings: settings),
    .testTarget(name: "RepositoryTests", dependencies: ["GoldenSupport"]),
    // Runs the built executable; nothing of it is linked.
    .testTarget(name: "CommandLineTests", dependencies: ["stereodepth", "NeuralNetwork", "GoldenSupport"]),
    .testTarget(name: "StereoCoreTests", dependencies: ["StereoCore", "Tensors"], swiftSettings: settings),
    .testTarget(
      name: "ImageFilesTests", dependencies: ["ImageFiles", "StereoCore", "Tensors", "GoldenSupport"],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "RectificationTests", dependencies: ["Rectification", "StereoCore", "Kernels", "GoldenSupport", "Tensors"],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "StereoEvaluationTests",
      dependencies: ["ImageFiles", "StereoCore", "StereoEvaluation", "Tensors", "GoldenSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "StereoMatchingTests",
      dependencies: ["StereoMatching", "StereoCore", "Kernels", "Tensors", "ImageFiles", "GoldenSupport"],
      swiftSettings: settings),
  ],
  cLanguageStandard: .c17
)
