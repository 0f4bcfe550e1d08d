import Foundation

/// A file system with room for a few megabytes, to be filled.
package final class SmallDisk: Sendable {
    package let path: String
    private let ballast: String

    /// Mounting needs root, as `bin/test` and CI are.
    package static let isPossible = getuid() == 0

    /// `megabytes` in all, half a `ballast` of them taken at first by a file that `makeRoom` removes.
    package init(megabytes: Int, ballast: Int) async throws {
        path = TemporaryFolder.make()
        self.ballast = path + "/ballast"
        try await Shell.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0777", "sotto-test", path])
        guard FileManager.default.createFile(atPath: self.ballast, contents: Data(count: ballast * 1_048_576)) else {
            throw CocoaError(.fileWriteOutOfSpace)
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all that is left of it.
    package func fill() throws {
        guard FileManager.default.createFile(atPath: path + "/filling", contents: nil),
            let file = FileHandle(forWritingAtPath: path + "/filling")
        else { throw CocoaError(.fileWriteOutOfSpace) }
        defer { try? file.close() }
        for size in [65_536, 4096, 512, 1] {
            let piece = Data(count: size)
            while (try? file.write(contentsOf: piece)) != nil {}
        }
    }

    /// As when somebody tidies up.
    package func makeRoom() throws { try FileManager.default.removeItem(atPath: ballast) }
}
