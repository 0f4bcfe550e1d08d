import Foundation
package import Web

/// This project's own files.
package enum Repository {
    package static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The pages, texts and assets that people get, parsed once for all tests.
    package static func frontend() throws -> Frontend { try made.get() }
    private static let made = Result { try Frontend(at: path + "/Browser") }
}
