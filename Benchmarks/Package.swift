// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that building the server never resolves what only measuring needs.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", .upToNextMinor(from: "2.101.2"))
    ],
    targets: [
        .executableTarget(
            name: "load",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ])
    ]
)
