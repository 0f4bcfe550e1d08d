import Foundation
import Vocabulary

/// Folders that go when the tests end.
package enum TemporaryFolder {
    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.root) }
        return NSTemporaryDirectory() + "sotto-tests-\(UUID().uuidString)"
    }()

    /// A new empty folder, without a slash at the end.
    package static func make() -> String {
        let path = "\(root)/\(PersonID(at: SystemClock().now))"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("no temporary folder: \(error)")
        }
        return path
    }

    /// The path of a file in a new empty folder.
    package static func path(_ name: String) -> String { make() + "/" + name }
}
