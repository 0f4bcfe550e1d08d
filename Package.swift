// swift-tools-version: 6.1
import PackageDescription

/// Every target is built in the Swift 6 language mode with these on top.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// Targets stand in ring order: a target may depend only on targets above it.
// `bin/check` holds the rules that a dependency list cannot express.
let package = Package(
    name: "sotto",
    products: [
        .executable(name: "sotto", targets: ["sotto"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", .upToNextMinor(from: "2.28.1")),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", .upToNextMinor(from: "2.1.1")),
        .package(url: "https://github.com/apple/swift-argument-parser.git", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-configuration.git", .upToNextMinor(from: "1.4.0"), traits: ["JSON"]),
        .package(url: "https://github.com/apple/swift-crypto.git", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/apple/swift-http-types.git", .upToNextMinor(from: "1.8.0")),
        .package(url: "https://github.com/apple/swift-log.git", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/apple/swift-metrics.git", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-nio.git", .upToNextMinor(from: "2.101.2")),
        .package(url: "https://github.com/apple/swift-nio-extras.git", .upToNextMinor(from: "1.35.2")),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", .upToNextMinor(from: "2.37.6")),
        .package(url: "https://github.com/groue/GRDB.swift.git", .upToNextMinor(from: "7.10.0")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", .upToNextMinor(from: "2.13.0")),
    ],
    targets: [
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        // Its header alone: the server loads the library when the first picture comes.
        .systemLibrary(name: "CGD", providers: [.apt(["libgd-dev"])]),

        // A header alone: calls of Linux that Swift's own module leaves out.
        .systemLibrary(name: "CLinux"),

        .target(name: "Vocabulary", swiftSettings: strict),
        .target(name: "Media", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(
            name: "Storage",
            dependencies: [
                "Vocabulary", "CPostgres",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .target(
            name: "Cluster",
            dependencies: ["Vocabulary", "CNATS", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(
            name: "Mail",
            dependencies: [
                "Vocabulary", "Storage", "CCurl",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Vocabulary", "Storage", "Cluster", "Mail", "CZlib",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(name: "Privacy", dependencies: ["Vocabulary", "Storage", "Cluster", "Mail", "Web"], swiftSettings: strict),
        .target(
            name: "Accounts",
            dependencies: [
                "Vocabulary", "Storage", "Cluster", "Mail", "Web", "Privacy", "CSodium", "CGD",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Conversations",
            dependencies: [
                "Vocabulary", "Storage", "Cluster", "Mail", "Web", "Privacy", "Accounts", "CGD",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Calls",
            dependencies: [
                "Vocabulary", "Media", "Storage", "Cluster", "Mail", "Web", "Privacy", "Accounts", "Conversations", "CLinux",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Desk",
            dependencies: [
                "Vocabulary", "Storage", "Cluster", "Mail", "Web", "Privacy", "Accounts", "CCurl", "Conversations", "Calls",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "Server",
            dependencies: [
                "Vocabulary", "Storage", "Cluster", "Mail", "Web", "Privacy", "Accounts", "Conversations", "Calls", "Desk",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),

        .executableTarget(name: "sotto", dependencies: ["Server"], swiftSettings: strict),

        .target(
            name: "TestKit",
            dependencies: [
                "Vocabulary", "Media", "Storage", "Cluster", "Mail", "Web", "Privacy", "Accounts", "Conversations", "Calls", "Desk",
                "Server",
                "CZlib",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ], path: "Tests/TestKit", exclude: ["Mail/mail_server.py"], swiftSettings: strict),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"], swiftSettings: strict),
        // Another hand's SRTP, to be compared with ours; the server never links it.
        .systemLibrary(name: "CSRTP", path: "Tests/CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        // What `bin/fuzz` feeds for long and the tests for a moment.
        .target(name: "MediaFuzzers", dependencies: ["Media", "Calls", "CLinux"], path: "Fuzz/Media", swiftSettings: strict),
        // Counts how often memory is asked for.
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .testTarget(
            name: "MediaTests", dependencies: ["TestKit", "Media", "MediaFuzzers", "CSRTP", "CAllocations"], swiftSettings: strict),
        .testTarget(
            name: "AccountsTests",
            dependencies: ["TestKit", "Accounts", "CGD", .product(name: "CryptoExtras", package: "swift-crypto")], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("gd")]),
        .testTarget(name: "ConversationsTests", dependencies: ["TestKit", "Conversations"], swiftSettings: strict),
        .testTarget(name: "DeskTests", dependencies: ["TestKit", "Desk"], swiftSettings: strict),
        .testTarget(name: "CallsTests", dependencies: ["TestKit", "Calls", "Media"], swiftSettings: strict),
        .testTarget(name: "ServerTests", dependencies: ["TestKit", "Server"], swiftSettings: strict),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "TestKit", "Web", "Cluster", "Server", "Accounts",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(name: "MailTests", dependencies: ["TestKit", "Mail"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["TestKit"], swiftSettings: strict),
        .testTarget(name: "PrivacyTests", dependencies: ["TestKit"], swiftSettings: strict),
        .testTarget(name: "ClusterTests", dependencies: ["TestKit"], swiftSettings: strict),
        .testTarget(name: "WebTests", dependencies: ["TestKit"], swiftSettings: strict),
    ]
)

// Only `bin/fuzz` asks for this one; libFuzzer brings its `main`.
if Context.environment["SOTTO_TEST_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Vocabulary", "MediaFuzzers", "Web", "Accounts", "Conversations", "Desk",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ], path: "Fuzz", exclude: ["Media", "Seeds"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}

// Only `bin/bench` asks for these: its client, and the server with commands of measuring on its live link.
if Context.environment["SOTTO_TEST_BENCH"] != nil {
    package.targets += [
        .executableTarget(
            name: "load",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], path: "Benchmarks/Load", swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Vocabulary", "Storage", "Web", "Accounts", "Conversations", "Desk", "Media", "Calls", "Server",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Benchmarks/Bench", swiftSettings: strict),
    ]
}
