import Foundation
import Vocabulary
import Web

/// The machine: disk, clock, open files, the program's own files.
extension Checkup {
    /// A server that cannot write loses nothing but serves nobody either.
    private static let (leastSpace, littleSpace) = (256 * 1_048_576, 2048 * 1_048_576)

    func pages() -> Finding {
        do {
            let folder = try BrowserFolder(at: try settings.browserFolder())
            _ = try Frontend(folder)
            return .well("Pages", "\(folder.files.count) files of pages, styles and scripts")
        } catch {
            return .wrong(
                "Pages", "the folder Browser is missing or damaged: \(error)", mend: "Put it beside the program, or set browser.directory.")
        }
    }

    func time() -> Finding {
        // This server was written in 2026: an earlier clock is a wrong one.
        if clock.now.milliseconds < 1_790_000_000_000 {
            return .wrong("Clock", "it says \(clock.now.iso8601)", mend: "Set it: links, codes and certificates depend on it.")
        }
        let keepers = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid", "/run/openntpd.pid"]
        if keepers.contains(where: FileManager.default.fileExists) { return .well("Clock", clock.now.iso8601) }
        return .warning(
            "Clock", "\(clock.now.iso8601), and nothing here keeps it right",
            mend: "Install systemd-timesyncd or chrony, unless the host of this machine does it.")
    }

    func folder() -> Finding {
        let path = settings.dataDirectory
        var status = stat()
        guard stat(path, &status) == 0 else {
            let parent = existingParent(of: path)
            return access(parent, W_OK) == 0
                ? .well("Data folder", "\(path) will be made at the first start")
                : .wrong(
                    "Data folder", "\(path) cannot be made", mend: "Make it, and give it to the server's user: install -d -m 700 '\(path)'")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            return .wrong("Data folder", "\(path) cannot be written", mend: "Give it to the server's user with chown.")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .warning("Data folder", "\(path) can be entered by others", mend: "chmod 700 '\(path)'")
        }
        return .well("Data folder", path)
    }

    func disk() -> Finding {
        var space = statvfs()
        guard statvfs(existingParent(of: settings.dataDirectory), &space) == 0 else {
            return .warning("Disk", "its free space cannot be told", mend: "See df.")
        }
        let free = Int(space.f_bavail) * Int(space.f_frsize)
        let words = "\(free / 1_048_576) MiB are free"
        if free < Self.leastSpace { return .wrong("Disk", words, mend: "Make room: without it nothing can be saved.") }
        if free < Self.littleSpace { return .warning("Disk", words, mend: "Make room soon.") }
        return .well("Disk", words)
    }

    func files() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // Databases, logs and listeners need some besides connections.
        let needed = settings.connections + 200
        guard limit.rlim_max >= rlim_t(needed) else {
            return .warning(
                "Open files", "\(limit.rlim_max) are allowed, \(needed) needed for limits.connections",
                mend: "Set LimitNOFILE=\(needed) in the service, or a smaller limits.connections.")
        }
        return .well("Open files", "\(limit.rlim_max) are allowed")
    }

    private func existingParent(of path: String) -> String {
        var path = path
        while !FileManager.default.fileExists(atPath: path), path != "/", !path.isEmpty {
            path = (path as NSString).deletingLastPathComponent
        }
        return path.isEmpty ? "." : path
    }
}
