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
    .library(name: "Runs", targets: ["Runs"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Fitting", targets: ["Fitting"]),
    .library(name: "Search", targets: ["Search"]),
    .library(name: "BLASBridge", targets: ["BLASBridge"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Pipelines", targets: ["Pipelines"]),
    .library(name: "Randomness", targets: ["Randomness"]),
    .library(name: "Telemetry", targets: ["Telemetry"]),
    .library(name: "Formats", targets: ["Formats"]),
    .library(name: "Settings", targets: ["Settings"]),
    .library(name: "Drawing", targets: ["Drawing"]),
    .library(name: "Debugger", targets: ["Debugger"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CKernels", exclude: ["README.md"]),
    .target(name: "BLASBridge", dependencies: ["COpenBLAS", "CKernels"]),
    .target(name: "Randomness"),
    .target(name: "Formats", dependencies: ["CKernels", "CZlib", "CZstd", "Randomness"]),
    .target(name: "Validation", dependencies: ["Formats", "Randomness"]),
    .target(name: "Files", dependencies: ["Formats"]),
    .target(name: "ONNX", dependencies: ["Formats"]),
    .target(name: "Settings", dependencies: ["Formats", "Yams"]),
    .target(
      name: "Tuning",
      dependencies: ["BLASBridge", "Formats", "Randomness", "Settings", "Telemetry", "Validation", "Yams"],
      resources: [.embedInCode("Spaces")]),
    .target(name: "Telemetry", dependencies: ["Formats", "Settings"]),
    .systemLibrary(name: "CGIF", pkgConfig: "libgif", providers: [.apt(["libgif-dev"])]),
    .target(name: "Drawing", dependencies: ["CGIF", "CZlib", "Formats"]),
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .target(name: "Parquet", dependencies: ["CSnappy", "CZlib", "CZstd", "Files", "Formats"]),
    .target(name: "Datasets", dependencies: ["CKernels", "Files", "Formats", "Randomness"]),
    .target(name: "DataVersions", dependencies: ["Datasets", "Files", "Formats", "Parquet", "Settings"]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .target(name: "Images", dependencies: ["CGIF", "CPNG", "CTurboJPEG"]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "DataSources",
      dependencies: ["CSQLite", "Datasets", "Files", "Formats", "Images", "Settings"]),
    .target(
      name: "Pipelines",
      dependencies: [
        "BLASBridge", "Datasets", "Files", "Formats", "Images", "ONNX", "Parquet", "Randomness", "Settings",
        "Telemetry",
        "Yams",
      ]),
    .systemLibrary(name: "CHunspell", pkgConfig: "hunspell", providers: [.apt(["libhunspell-dev"])]),
    .target(
      name: "DataQuality",
      dependencies: [
        "BLASBridge", "CHunspell", "Datasets", "Formats", "Learning", "Randomness", "Settings", "Yams",
      ]),
    .target(
      name: "Learning",
      dependencies: ["BLASBridge", "CKernels", "Files", "Formats", "ONNX", "Randomness", "Settings", "Telemetry"]),
    .target(
      name: "RLCore",
      dependencies: ["Learning", "BLASBridge", "CKernels", "Formats", "ONNX", "Randomness", "Settings", "Telemetry"]),
    .target(name: "CBox2D", linkerSettings: [.linkedLibrary("box2d")]),
    .target(name: "CMuJoCo", exclude: ["Shim"]),
    .target(name: "MuJoCo", dependencies: ["CMuJoCo", "Formats", "RLCore", "Randomness"]),
    .systemLibrary(name: "CProcesses"),
    .target(
      name: "PythonEnvironments",
      dependencies: ["BLASBridge", "CKernels", "CProcesses", "Formats", "RLCore", "Settings"],
      resources: [.embedInCode("Worker/worker.py")]),
    .target(
      name: "Environments",
      dependencies: [
        "RLCore", "CBox2D", "CKernels", "Drawing", "Formats", "MuJoCo", "PythonEnvironments", "Randomness", "Settings",
        "Telemetry",
      ]),
    .target(name: "Tracker", dependencies: ["CProcesses", "Files", "Formats", "Randomness", "Settings", "Telemetry"]),
    .target(name: "Debugger", dependencies: ["Tracker", "Formats", "Settings", "Telemetry"]),
    .target(
      name: "Analysis",
      dependencies: [
        "Debugger", "Tracker", "Drawing", "Formats", "Randomness", "Settings", "Telemetry", "Tuning", "Validation",
      ]),
    .target(name: "Interchange", dependencies: ["Tracker", "Formats", "Settings", "Telemetry"]),
    .target(
      name: "Migration",
      dependencies: ["Interchange", "DataSources", "Files", "Formats", "Settings", "Telemetry", "Tracker", "Yams"]),
    .target(
      name: "Runs",
      dependencies: [
        "BLASBridge", "CKernels", "CProcesses", "Debugger", "Files", "Formats", "Learning", "Randomness", "Settings",
        "Telemetry",
        "Tracker", "Yams",
      ]),
    .target(
      name: "Training",
      dependencies: [
        "Runs", "BLASBridge", "Debugger", "Environments", "Files", "Formats", "Learning", "ONNX", "PythonEnvironments",
        "RLCore", "Randomness", "Settings", "Telemetry", "Tracker", "Yams",
      ],
      resources: [.embedInCode("Presets")]),
    .target(
      name: "Models",
      dependencies: [
        "BLASBridge", "Datasets", "Formats", "Learning", "ONNX", "Randomness", "Settings", "Telemetry",
      ]),
    .target(
      name: "Trees",
      dependencies: [
        "BLASBridge", "CKernels", "Datasets", "Formats", "Learning", "Models", "ONNX", "Randomness", "Settings",
        "Telemetry",
      ]),
    .target(
      name: "Explanations",
      dependencies: [
        "BLASBridge", "Datasets", "Learning", "Models", "Randomness", "Trees", "Validation",
      ]),
    .target(
      name: "Fitting",
      dependencies: [
        "Models", "Pipelines", "Runs", "Trees", "BLASBridge", "DataQuality", "DataVersions", "Datasets", "Debugger",
        "Files", "Formats", "Learning", "ONNX", "Settings", "Telemetry", "Tracker", "Validation",
      ]),
    .target(
      name: "Search",
      dependencies: [
        "Analysis", "Files", "Formats", "Learning", "Randomness", "Runs", "Settings", "Telemetry", "Tracker", "Tuning",
        "Validation",
      ]),
    .target(
      name: "Preparing",
      dependencies: [
        "DataQuality", "DataSources", "DataVersions", "Datasets", "Files", "Formats", "Parquet", "Pipelines", "Tracker",
      ]),
    .target(
      name: "Workflows",
      dependencies: [
        "Autopilot", "DataQuality", "DataSources", "DataVersions", "Datasets", "Files", "Fitting", "Formats", "Models",
        "Pipelines", "Preparing", "Runs", "Settings", "Telemetry", "Tracker", "Validation", "Yams",
      ]),
    .target(
      name: "Autopilot",
      dependencies: [
        "Analysis", "BLASBridge", "DataQuality", "Datasets", "Explanations", "Fitting", "Formats", "Learning", "Models",
        "Pipelines",
        "Randomness", "Runs", "Search", "Settings", "Telemetry", "Tracker", "Tuning", "Validation", "Yams",
      ],
      resources: [.embedInCode("Candidates/candidates.yaml")]),
    .target(
      name: "Rendering", dependencies: ["Environments", "RLCore", "Drawing", "Formats", "Randomness", "Telemetry"]),
    .executableTarget(
      name: "rlrun",
      dependencies: [
        "Autopilot", "Training", "Fitting", "Pipelines", "Preparing", "Runs", "Analysis", "BLASBridge", "DataQuality",
        "DataSources",
        "DataVersions", "Datasets", "Debugger",
        "Drawing", "Environments", "Explanations", "Files", "Formats", "Interchange", "Learning", "Migration",
        "Models", "PythonEnvironments", "RLCore",
        "Rendering", "Search", "Settings", "Telemetry",
        "Tracker", "Tuning", "Validation", "Workflows",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(
      name: "TestSupport",
      dependencies: ["CAllocations", "Debugger", "Files", "RLCore", "Randomness", "Settings", "Telemetry", "Tracker"],
      path: "Tests/TestSupport"),
    .testTarget(name: "ONNXTests", dependencies: ["ONNX", "Formats", "Interchange"]),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(name: "FormatsTests", dependencies: ["Formats"]),
    .testTarget(name: "ValidationTests", dependencies: ["Validation", "Randomness"]),
    .testTarget(
      name: "SearchTests",
      dependencies: [
        "Analysis", "Search", "Debugger", "Files", "Formats", "Learning", "Randomness", "Runs", "Settings", "Telemetry",
        "TestSupport", "Tracker", "Tuning",
      ]),
    .testTarget(
      name: "AutopilotTests",
      dependencies: [
        "Autopilot", "Analysis", "BLASBridge", "Datasets", "Fitting", "Formats", "Learning", "Models", "Randomness",
        "Runs", "Search", "Settings", "Telemetry", "TestSupport", "Tracker", "Validation",
      ]),
    .testTarget(name: "TuningTests", dependencies: ["Tuning", "Formats", "Randomness", "Settings", "Telemetry"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images"]),
    .testTarget(name: "SettingsTests", dependencies: ["Formats", "Settings", "Yams"]),
    .testTarget(
      name: "EnvironmentsTests",
      dependencies: [
        "Environments", "RLCore", "Drawing", "Formats", "Randomness", "Telemetry", "TestSupport", "CAllocations",
      ]),
    .testTarget(
      name: "MuJoCoTests",
      dependencies: ["MuJoCo", "CMuJoCo", "Environments", "RLCore", "Randomness", "TestSupport", "CAllocations"]),
    .testTarget(
      name: "PythonEnvironmentsTests",
      dependencies: [
        "PythonEnvironments", "Environments", "Formats", "RLCore", "Runs", "Settings", "TestSupport", "Tracker",
        "Training",
      ],
      exclude: ["Modules"]),
    .testTarget(
      name: "RenderingTests",
      dependencies: ["Rendering", "Drawing", "Telemetry", "Environments", "RLCore", "Randomness", "CGIF", "CZlib"]),
    .testTarget(
      name: "LearningTests",
      dependencies: ["Learning", "BLASBridge", "Randomness", "Settings", "Telemetry", "TestSupport"]),
    .testTarget(
      name: "RLCoreTests",
      dependencies: [
        "RLCore", "Runs", "Training", "BLASBridge", "Environments", "Learning", "Randomness", "Settings", "Telemetry",
        "TestSupport",
      ]),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "Training", "Fitting", "Runs", "Analysis", "BLASBridge", "DataVersions", "Datasets", "Debugger", "Environments",
        "Formats", "Interchange", "Learning", "Models", "ONNX", "RLCore", "Randomness", "Settings", "Telemetry",
        "TestSupport", "Tracker", "Tuning", "Validation",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "rlrun", "Autopilot", "Training", "Fitting", "Runs", "Analysis", "BLASBridge", "DataQuality", "DataSources",
        "DataVersions",
        "Datasets", "Debugger",
        "Drawing", "Environments", "Files", "Formats", "Interchange", "Learning", "Migration", "MuJoCo", "ONNX",
        "Parquet",
        "Pipelines", "Preparing", "PythonEnvironments", "RLCore", "Search", "Settings", "Telemetry",
        "TestSupport", "Tracker", "Trees", "Tuning", "Workflows",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
    .testTarget(name: "BLASBridgeTests", dependencies: ["BLASBridge"]),
    .testTarget(
      name: "TrackerTests",
      dependencies: ["Tracker", "Files", "Formats", "Randomness", "Settings", "Telemetry", "TestSupport"]),
    .testTarget(
      name: "DebuggerTests",
      dependencies: ["Debugger", "Formats", "Randomness", "Settings", "Telemetry", "TestSupport", "Tracker"]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "Analysis", "CZlib", "Debugger", "Drawing", "Files", "Formats", "Randomness", "Settings", "Telemetry",
        "TestSupport", "Tracker", "Tuning",
      ]),
    .testTarget(
      name: "InterchangeTests",
      dependencies: [
        "Interchange", "Analysis", "Debugger", "Formats", "Randomness", "Settings", "Telemetry", "TestSupport",
        "Tracker",
      ]),
    .testTarget(
      name: "MigrationTests",
      dependencies: [
        "Migration", "DataSources", "Formats", "Interchange", "Settings", "Telemetry", "TestSupport", "Tracker",
      ]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Formats", "Randomness", "TestSupport"]),
    .testTarget(
      name: "DataVersionsTests", dependencies: ["DataVersions", "Datasets", "Files", "Formats", "Parquet"]),
    .testTarget(
      name: "PreparingTests",
      dependencies: [
        "Preparing", "DataQuality", "DataSources", "DataVersions", "Datasets", "Files", "Fitting", "Formats", "Models",
        "Parquet", "Pipelines", "Runs", "Settings",
        "Telemetry", "TestSupport", "Tracker",
      ]),
    .testTarget(
      name: "WorkflowsTests",
      dependencies: [
        "Workflows", "Autopilot", "DataVersions", "Files", "Fitting", "Formats", "Preparing", "Runs", "Search",
        "Telemetry", "TestSupport", "Tracker",
      ]),
    .testTarget(
      name: "PipelinesTests", dependencies: ["Pipelines", "Datasets", "ONNX", "Randomness", "Settings", "TestSupport"]),
    .testTarget(
      name: "DataSourcesTests",
      dependencies: ["DataSources", "Datasets", "Files", "Formats", "Images", "TestSupport"]),
    .testTarget(
      name: "DataQualityTests", dependencies: ["DataQuality", "Datasets", "Formats", "Randomness", "TestSupport"]),
    .testTarget(
      name: "TreesTests",
      dependencies: [
        "Trees", "BLASBridge", "CKernels", "Datasets", "Learning", "Models", "Randomness", "Settings", "Telemetry",
      ]),
    .testTarget(
      name: "ExplanationsTests",
      dependencies: [
        "Explanations", "BLASBridge", "Datasets", "Learning", "Models", "Randomness", "Telemetry", "Trees",
      ]),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "Models", "BLASBridge", "Datasets", "Formats", "Learning", "Randomness", "Settings", "Telemetry",
      ]),
    .testTarget(name: "ParquetTests", dependencies: ["Parquet", "Files", "Formats", "Randomness", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

// Benchmarks measure what is inside, so they are targets of this package; but nobody's build of the libraries has them.
if !(Context.environment["RLRUN_BENCHMARKS"] ?? "").isEmpty {
  let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
  package.targets += [
    .target(name: "CAffinity", path: "Benchmarks/Sources/CAffinity"),
    .target(name: "CReference", dependencies: ["CMuJoCo"], path: "Benchmarks/Sources/CReference"),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Autopilot", "CAffinity", "CMuJoCo", "CReference", "MuJoCo", "PythonEnvironments", "DataQuality", "DataSources",
        "DataVersions", "Datasets",
        "Files", "Preparing",
        "Training",
        "Fitting", "Runs",
        "Environments", "RLCore",
        "Randomness",
        "Tracker",
        "Debugger", "Analysis", "Interchange", "Formats", "Settings", "BLASBridge", "Learning", "CKernels", "Parquet",
        "Models", "Search", "Telemetry", "Trees", "Tuning", "Validation", argumentParser,
      ],
      path: "Benchmarks/Sources/bench"),
    .executableTarget(
      name: "study",
      dependencies: [
        "Training", "Fitting", "Runs", "Environments", "RLCore", "Tracker", "Debugger", "Analysis", "Interchange",
        "Formats", "Settings", "Randomness", argumentParser,
      ],
      path: "Benchmarks/Sources/study"),
    .executableTarget(
      name: "corpus",
      dependencies: [
        "Training", "Fitting", "Runs", "RLCore", "Learning", "Tracker", "Debugger", "Analysis", "Interchange",
        "Formats", "Settings", "Telemetry", "Randomness", argumentParser,
      ],
      path: "Benchmarks/Sources/corpus"),
  ]
}

// What answers HTTP stands on SwiftNIO, so only those who ask for it resolve and compile that: `make studio`.
let server = Context.environment["RLRUN_SERVER"] ?? ""
if !server.isEmpty {
  package.products.append(.executable(name: "rlrun-server", targets: ["rlrun-server"]))
  package.dependencies += [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
  ]
  package.targets += [
    .target(
      name: "WebServer",
      dependencies: [
        "Formats",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "Studio",
      dependencies: [
        "WebServer", "Analysis", "DataVersions", "Datasets", "Debugger", "Files", "Formats", "Migration", "Settings",
        "Telemetry", "Tracker", "Tuning",
      ],
      resources: [.embedInCode("Assets")]),
    .executableTarget(
      name: "rlrun-server",
      dependencies: [
        "Studio", "WebServer", "CProcesses", "Formats", "Tracker",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "WebServerTests", dependencies: ["WebServer"]),
    .testTarget(
      name: "StudioTests",
      dependencies: [
        "Studio", "Analysis", "WebServer", "rlrun-server", "DataVersions", "Datasets", "Files", "Formats", "Migration",
        "Settings", "Telemetry", "Tracker",
      ]),
  ]
  // Tests of the server alone: a package of all targets would build all tests of the house.
  if server == "tests" {
    let roots: Set = ["WebServerTests", "StudioTests", "rlrun-server"]
    var kept = roots
    var added = roots
    while !added.isEmpty {
      let names = package.targets.filter { added.contains($0.name) }.flatMap(\.dependencies).compactMap { dependency in
        switch dependency {
        case .byNameItem(let name, _), .targetItem(let name, _): name
        default: nil
        }
      }
      added = Set(names).subtracting(kept)
      kept.formUnion(added)
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { $0.name != "rlrun-server" }
  }
}

// The library that the Python package `rlrun` calls: `make python-package`.
if !(Context.environment["RLRUN_LIBRARY"] ?? "").isEmpty {
  package.products.append(.library(name: "PythonLibrary", type: .dynamic, targets: ["PythonLibrary"]))
  package.targets.append(
    .target(
      name: "PythonLibrary",
      dependencies: [
        "Training", "Fitting", "Runs", "Analysis", "BLASBridge", "CKernels", "Datasets", "Debugger", "Environments",
        "Files", "Formats", "Interchange", "Learning", "Models", "ONNX", "PythonEnvironments", "RLCore", "Randomness",
        "Settings", "Telemetry", "Tracker", "Trees",
      ],
      exclude: ["exports.map"],
      // With Swift's libraries inside, and nothing of them to be seen: a process may have others of the same names.
      linkerSettings: [
        .unsafeFlags([
          "-static-stdlib", "-Xlinker", "--disable-new-dtags", "-Xlinker",
          "--version-script=\(Context.packageDirectory)/Sources/PythonLibrary/exports.map",
        ])
      ]))
}

// Not for those who build: a newer compiler may warn where today's does not.
if !(Context.environment["RLRUN_WARNINGS_ARE_ERRORS"] ?? "").isEmpty {
  for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    target.cSettings = (target.cSettings ?? []) + [.enableWarning("all"), .treatAllWarnings(as: .error)]
  }
}
