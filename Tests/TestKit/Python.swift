import Foundation

/// The Python that runs helpers of tests: `bin/test` keeps one with their packages in `.venv`.
package enum Python {
    package static let path: String = {
        let own = Repository.path + "/.venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/python3"
    }()
}
