import Foundation
package import Vocabulary

/// A copy of everything, in a folder: the data, the erasure list, and, only where it was asked for, the keys in a folder of their own.
///
/// **Whoever holds the data alone can read nothing sealed**: keep the two folders, and the root key, apart.
package struct Backup: Sendable {
    /// Where the data and the erasure list are.
    package let folder: String
    /// Where the keys are, if they were asked for.
    package let keyFolder: String?

    /// Copies the data to a new folder, and the keys to another, while the server goes on. Both are readable by nobody else.
    ///
    /// The keys are copied after the data, so that nobody in the data is without a key, and after them the erasure list.
    package static func make(of data: Database, keys: KeyRing, to folder: String, keyFolder: String? = nil) async throws -> Backup {
        try newFolder(folder)
        try await data.copy(to: "\(folder)/data.\(data.engine.copyEnding)")
        if let keyFolder {
            try newFolder(keyFolder)
            try await keys.database.copy(to: "\(keyFolder)/keys.\(keys.database.engine.copyEnding)")
        }
        let list = "\(folder)/erasures"
        try PrivateFile.create(list)
        try ErasureList.text(try await keys.erasures()).write(toFile: list, atomically: false, encoding: .utf8)
        try PrivateFile.settle(list)
        return Backup(inFolder: folder, keyFolder: keyFolder)
    }

    /// What is in these folders. Throws `.unavailable` when there is no copy.
    package init(folder: String, keyFolder: String? = nil) throws {
        self.init(inFolder: folder, keyFolder: keyFolder)
        _ = try file("data", in: folder)
        if let keyFolder { _ = try file("keys", in: keyFolder) }
    }

    private init(inFolder folder: String, keyFolder: String?) {
        self.folder = folder
        self.keyFolder = keyFolder
    }

    /// Puts the copy back where the addresses say (see `Database.open`). Refuses with `.exists` when there is anything already.
    ///
    /// Keys destroyed since the copy was made stay destroyed, as far as `erasures` tell: the lists of this and of any newer copies,
    /// or of the key store that is being replaced. Returns how many keys came back with the copy and were destroyed again.
    @discardableResult
    package func restore(data: String, keys: String?, erasures newer: [Erasure] = []) async throws -> Int {
        guard let own = ErasureList.parse(try String(contentsOfFile: "\(folder)/erasures", encoding: .utf8)) else {
            throw StorageError.corrupt("\(folder)/erasures")
        }
        try await Database.restore(try file("data", in: folder), to: data)
        guard let keys, let keyFolder else { return 0 }
        try await Database.restore(try file("keys", in: keyFolder), to: keys)
        let store = try await Database.open(keys)
        try await store.migrate(KeyRing.migrations)
        let count = try await KeyRing.replay(own + newer, in: store)
        await store.close()
        return count
    }

    private func file(_ name: String, in folder: String) throws(StorageError) -> String {
        let paths = Database.Engine.allCases.map { "\(folder)/\(name).\($0.copyEnding)" }
        guard let path = paths.first(where: PrivateFile.exists) else { throw .unavailable("\(folder) holds no copy of the \(name)") }
        return path
    }

    private static func newFolder(_ path: String) throws(StorageError) {
        guard !PrivateFile.exists(path) else { throw .exists(path) }
        try PrivateFile.createFolder(path)
    }
}
