// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "rlrun",
  products: [
    .executable(name: "rlrun", targets: ["rlrun"]),
    .library(name: "RLCore", targets: ["RLCore"]),
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "Rendering", targets: ["Rendering"]),
    .library(name: "Tracker", targets: ["Tracker"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "BLASBridge", targets: ["BLASBridge"]),
    .library(name: "CKernels", targets: ["CKernels"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .library(name: "Telemetry", targets: ["Telemetry"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CKernels", exclude: ["README.md"]),
    .target(name: "BLASBridge", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "Randomness"),
    .target(name: "Telemetry"),
    .target(name: "Datasets", dependencies: ["Randomness"]),
    .target(name: "Learning", dependencies: ["BLASBridge", "CKernels", "Randomness", "Telemetry"]),
    .target(name: "RLCore", dependencies: ["Learning", "BLASBridge", "CKernels", "Randomness", "Telemetry"]),
    .target(name: "CBox2D", linkerSettings: [.linkedLibrary("box2d")]),
    .target(name: "Environments", dependencies: ["RLCore", "Randomness", "CKernels", "CBox2D"]),
    .systemLibrary(name: "CGIF", pkgConfig: "libgif", providers: [.apt(["libgif-dev"])]),
    .target(
      name: "Rendering",
      dependencies: ["Tracker", "Environments", "RLCore", "Randomness", "Telemetry", "CGIF", "CZlib"]),
    .target(name: "Tracker", dependencies: ["CZlib", "Telemetry", "Randomness"]),
    .target(
      name: "Experiments",
      dependencies: [
        "RLCore", "Environments", "Tracker", "Datasets", "Learning", "BLASBridge", "Telemetry", "Randomness", "Yams",
      ],
      resources: [.embedInCode("Presets")]),
    .executableTarget(
      name: "rlrun",
      dependencies: [
        "Experiments", "Tracker", "Rendering", "Environments", "RLCore", "Datasets", "BLASBridge", "Telemetry",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(
      name: "TestSupport", dependencies: ["CAllocations", "RLCore", "Randomness", "Telemetry"],
      path: "Tests/TestSupport"),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(
      name: "EnvironmentsTests",
      dependencies: ["Environments", "RLCore", "Randomness", "Telemetry", "TestSupport", "CAllocations"]),
    .testTarget(
      name: "RenderingTests",
      dependencies: ["Rendering", "Tracker", "Telemetry", "Environments", "RLCore", "Randomness", "CGIF", "CZlib"]),
    .testTarget(
      name: "LearningTests", dependencies: ["Learning", "BLASBridge", "Randomness", "Telemetry", "TestSupport"]),
    .testTarget(
      name: "RLCoreTests",
      dependencies: ["RLCore", "Environments", "Learning", "Randomness", "Telemetry", "TestSupport"]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Experiments", "RLCore", "Environments", "Tracker", "Datasets", "Learning", "BLASBridge", "Telemetry",
        "Randomness", "TestSupport",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "rlrun", "TestSupport", "Experiments", "Tracker", "Telemetry",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
    .testTarget(name: "BLASBridgeTests", dependencies: ["BLASBridge"]),
    .testTarget(name: "TrackerTests", dependencies: ["Tracker", "Telemetry", "Randomness", "TestSupport"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// Not for those who build: a newer compiler may warn where today's does not.
if !(Context.environment["RLRUN_WARNINGS_ARE_ERRORS"] ?? "").isEmpty {
  for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    target.cSettings = (target.cSettings ?? []) + [.enableWarning("all"), .treatAllWarnings(as: .error)]
  }
}
