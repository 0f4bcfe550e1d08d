import Foundation

/// What is in `Browser/`, read once: assets, templates and texts by their path in it.
package struct BrowserFolder: Sendable {
    /// A larger file is somebody's mistake.
    static let fileLimit = 16 * 1024 * 1024

    package enum Failure: Error, Equatable {
        case missing(String)
        case tooLarge(String)
    }

    package let files: [String: [UInt8]]

    package init(files: [String: [UInt8]]) {
        self.files = files
    }

    /// Reads the folder. Hidden files and symbolic links are passed over.
    package init(at directory: String) throws {
        let root = URL(fileURLWithPath: directory, isDirectory: true).standardizedFileURL.resolvingSymlinksInPath()
        let wanted: Set<URLResourceKey> = [.isRegularFileKey, .isSymbolicLinkKey]
        guard
            let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: Array(wanted), options: [.skipsHiddenFiles]),
            FileManager.default.fileExists(atPath: root.path)
        else { throw Failure.missing(directory) }
        var files: [String: [UInt8]] = [:]
        for case let file as URL in walk {
            let values = try file.resourceValues(forKeys: wanted)
            guard values.isRegularFile == true, values.isSymbolicLink != true else { continue }
            let path = String(file.path.dropFirst(root.path.count + 1))
            let bytes = try Data(contentsOf: file)
            guard bytes.count <= Self.fileLimit else { throw Failure.tooLarge(path) }
            files[path] = Array(bytes)
        }
        self.files = files
    }

    /// The files below `prefix` whose names end so, the prefix cut off.
    func files(under prefix: String = "", ending: String) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for (path, bytes) in files where path.hasPrefix(prefix) && path.hasSuffix(ending) {
            found[String(path.dropFirst(prefix.count))] = bytes
        }
        return found
    }
}
