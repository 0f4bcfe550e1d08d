import Foundation
import Vocabulary

/// Folders that go when the tests end.
package enum TemporaryFolder {
    private static let root: String = {
        let root = NSTemporaryDirectory() + "sotto-tests-\(getpid())"
        atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "sotto-tests-\(getpid())") }
        return root
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
