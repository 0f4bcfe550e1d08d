import Foundation

/// Files and folders that only the server's own user can read.
enum PrivateFile {
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let number: Int32
        var description: String { "\(path): \(String(cString: strerror(number)))." }
    }

    /// Makes the folder, and those above it, with mode 0700. One that exists keeps its mode.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(path: path, number: errno)
        }
    }

    /// Writes a new file with mode 0600 and has it on the disk when it returns. Throws when the file exists already.
    static func write(_ text: String, to path: String) throws {
        // Not FileManager: between its making the file and setting its mode, others could open it.
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(path: path, number: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else { throw Failure(path: path, number: errno) }
    }

    /// Exchanges a file for another text, all or nothing: whoever reads it meanwhile finds the old text or the new.
    static func replace(_ path: String, with text: String) throws {
        let fresh = path + ".new"
        unlink(fresh)
        try write(text, to: fresh)
        guard rename(fresh, path) == 0 else { throw Failure(path: path, number: errno) }
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { close(folder) }
        fsync(folder)
    }
}
