import Foundation
import Storage
import TestKit
import Testing
import Vocabulary

@Suite struct BackupTests {
    private let column = SealedColumn("note", "text")
    private let roots = RootKeys(text: RootKeys.newLine())!
    private let ana = PersonID(at: .init(milliseconds: 1))
    private let ben = PersonID(at: .init(milliseconds: 2))
    private let notes = [Migration("test", 1, ["CREATE TABLE note (person_id BLOB NOT NULL, text BLOB NOT NULL) STRICT"])]

    private func notes(in database: Database, _ ring: KeyRing) async throws -> [String?] {
        let rows = try await database.read { transaction in
            try transaction.rows("SELECT person_id, text FROM note ORDER BY person_id").map {
                (try $0["person_id"], try $0["text"]) as (PersonID, Sealed)
            }
        }
        return try await ring.openTexts(rows, as: column)
    }

    @Test("C58: a person erased after a backup stays erased when it is put back", arguments: Engine.all)
    func erasuresSurviveARestore(on engine: Engine) async throws {
        let data = try await engine.temporary()
        let store = try await engine.temporary()
        let ring = try await KeyRing.open(store, roots: roots)
        try await data.migrate(notes)
        for (person, text) in [(ana, "Ana's note"), (ben, "Ben's note")] {
            try await ring.makeKey(for: person)
            let sealed = try await ring.seal(text, for: person, as: column)
            try await data.write { try $0.run("INSERT INTO note (person_id, text) VALUES (\(person), \(sealed))") }
        }
        let folder = TemporaryFolder.make()
        let older = try await Backup.make(of: data, keys: ring, to: "\(folder)/older", keyFolder: "\(folder)/older-keys")
        try await ring.destroyKey(of: ben, at: SystemClock().now)
        let newer = try await Backup.make(of: data, keys: ring, to: "\(folder)/newer")
        #expect(newer.keyFolder == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: newer.folder).sorted() == ["data.\(engine.copyEnding)", "erasures"])

        let dataAddress = try await engine.temporaryAddress(like: data)
        let keyAddress = try await engine.temporaryAddress(like: store)
        let list = try #require(ErasureList.parse(String(contentsOfFile: "\(newer.folder)/erasures", encoding: .utf8)))
        #expect(list.map(\.person) == [ben])
        #expect(try await older.restore(data: dataAddress, keys: keyAddress, erasures: list) == 1)

        let restored = try await Database.open(dataAddress)
        let restoredRing = try await KeyRing.open(.open(keyAddress), roots: roots)
        #expect(try await notes(in: restored, restoredRing) == ["Ana's note", nil])
        #expect(try await restoredRing.erasures().map(\.person) == [ben])
        await #expect(throws: StorageError.self, "it would overwrite") { try await older.restore(data: dataAddress, keys: nil) }
        #expect(try await notes(in: restored, restoredRing) == ["Ana's note", nil])
    }

    @Test("C58: a backup of the data alone holds nothing readable", arguments: Engine.all)
    func aBackupIsSealed(on engine: Engine) async throws {
        let data = try await engine.temporary()
        let ring = try await KeyRing.open(engine.temporary(), roots: roots)
        try await data.migrate(notes)
        try await ring.makeKey(for: ana)
        let sealed = try await ring.seal("marker-of-ana", for: ana, as: column)
        try await data.write { try $0.run("INSERT INTO note (person_id, text) VALUES (\(ana), \(sealed))") }
        let backup = try await Backup.make(of: data, keys: ring, to: TemporaryFolder.make() + "/backup")
        for name in try FileManager.default.contentsOfDirectory(atPath: backup.folder) {
            let path = "\(backup.folder)/\(name)"
            #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data("marker-of-ana".utf8)) == nil)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(arguments: Engine.all) func aCopyIsOneStateWhileWritersGoOn(on engine: Engine) async throws {
        let data = try await engine.temporary()
        try await data.migrate([Migration("test", 1, ["CREATE TABLE pair (n INTEGER NOT NULL, side TEXT NOT NULL) STRICT"])])
        let path = TemporaryFolder.path("copy")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for n in 0..<100 {
                        try await data.write { transaction in
                            try transaction.run("INSERT INTO pair (n, side) VALUES (\(writer * 1000 + n), 'left')")
                            try transaction.run("INSERT INTO pair (n, side) VALUES (\(writer * 1000 + n), 'right')")
                        }
                    }
                }
            }
            group.addTask { try await data.copy(to: path) }
            try await group.waitForAll()
        }
        let address = try await engine.temporaryAddress(like: data)
        try await Database.restore(path, to: address)
        let copy = try await Database.open(address)
        let torn = try await copy.read { try $0.rows("SELECT n FROM pair GROUP BY n HAVING COUNT(*) <> 2").count }
        #expect(torn == 0)
    }

    @Test func anErasureListThatIsDamagedIsNotTakenForAnEmptyOne() {
        #expect(ErasureList.parse("nonsense") == nil)
        #expect(ErasureList.parse("")?.isEmpty == true)
        let list = [Erasure(person: ana, at: .init(milliseconds: 5))]
        #expect(ErasureList.parse(ErasureList.text(list)) == list)
    }
}
