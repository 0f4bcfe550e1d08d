import Glibc

/// Files that only the server's own user may read (VZO-38).
enum PrivateFile {
    /// Makes an empty file with mode 0600. Throws `.exists` when there is one.
    static func create(_ path: String) throws(StorageError) {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        close(file)
    }

    /// Makes an empty file with mode 0600, unless there is one.
    static func createIfMissing(_ path: String) throws(StorageError) {
        let file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        close(file)
    }

    /// Makes a folder with mode 0700, unless there is one.
    static func createFolder(_ path: String) throws(StorageError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
    }

    /// Returns when the file and its name are on the disk.
    static func settle(_ path: String) throws(StorageError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        for place in [path, folder.isEmpty ? "/" : folder] {
            let file = open(place, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw failure(place) }
            defer { close(file) }
            guard fsync(file) == 0 else { throw failure(place) }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func remove(_ path: String) { unlink(path) }

    private static func failure(_ path: String) -> StorageError {
        switch errno {
        case EEXIST: .exists(path)
        case ENOSPC, EDQUOT, EFBIG: .full
        default: .unavailable("\(path): \(String(cString: strerror(errno)))")
        }
    }
}
