import Privacy
import Storage
import TestKit
import Testing
import Web

/// A domain with one table, as a test needs it.
private struct Words {
    var declarations = Declarations()
    let migrations = [Migration("words", 1, ["CREATE TABLE word (id BLOB PRIMARY KEY NOT NULL, text BLOB NOT NULL) STRICT"])]

    init() {
        declarations.technical = [TechnicalColumn("word", "id", reason: "A random id.")]
        declarations.personal = [Self.field("text")]
    }

    static func field(_ column: String) -> PersonalField {
        PersonalField(
            "word", column, key: "word", .communication, for: [.profile], basis: .consent, audience: .person, retention: .account,
            sealing: .sealed, necessity: "It is what the person wrote.")
    }
}

@Suite struct RegistryTests {
    private static var ground: Declarations {
        var ground = Declarations()
        for column in ["domain", "number", "checksum"] {
            ground.technical.append(TechnicalColumn("schema_migration", column, reason: "A step of the schema."))
        }
        return ground
    }

    @Test("C33: several kinds of things in one column have a promise each, and no part has two")
    func parts() throws {
        var declarations = Words().declarations
        let diary = PersonalField(
            "word", "text", part: "diary", key: "diary", .communication, for: [.profile], basis: .consent, audience: .person,
            retention: .after(days: 7), sealing: .sealed, necessity: "It is what the person wrote for themself.")
        declarations.personal.append(diary)
        let registry = try Registry([declarations])
        #expect(registry.field("word", "text")?.part == nil && registry.personal.contains(diary))
        declarations.personal.append(diary)
        #expect(throws: Registry.Contradiction.twice("word.text (diary)")) { try Registry([declarations]) }
    }

    @Test("C33: a declared schema has no difference", arguments: Engine.all)
    func declaredSchema(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Words().migrations)
        let registry = try Registry([Self.ground, Words().declarations])
        #expect(try await registry.differences(from: [database.schema()]) == [])
        await database.close()
    }

    @Test("ZAZ-02: a column that nobody declared is found", arguments: Engine.all)
    func undeclaredColumn(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Words().migrations)
        try await database.write { try $0.run("ALTER TABLE word ADD COLUMN birthday TEXT") }
        let registry = try Registry([Self.ground, Words().declarations])
        #expect(try await registry.differences(from: [database.schema()]) == [.undeclared("word.birthday")])
        await database.close()
    }

    @Test("VZO-06: a declared field without a column is found", arguments: Engine.all)
    func missingColumn(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Words().migrations)
        var declarations = Words().declarations
        declarations.personal.append(Words.field("mood"))
        let registry = try Registry([Self.ground, declarations])
        #expect(try await registry.differences(from: [database.schema()]) == [.missing("word.mood")])
        await database.close()
    }

    @Test("C33: nothing is declared twice or without a purpose")
    func contradictions() {
        var twice = Words().declarations
        twice.technical.append(TechnicalColumn("word", "text", reason: "It is not."))
        #expect(throws: Registry.Contradiction.twice("word.text")) { try Registry([twice]) }
        let route = Route(.get, "/word", .everyone, purpose: "Shows it.") { _, _ in throw Problem.notFound }
        #expect(throws: Registry.Contradiction.twice("GET /word")) { try Registry([], routes: [route, route]) }
        let unexplained = Route(.get, "/word", .everyone, purpose: "") { _, _ in throw Problem.notFound }
        #expect(throws: Registry.Contradiction.withoutPurpose("/word")) { try Registry([], routes: [unexplained]) }
    }

    @Test("C33: a field is found by its place")
    func lookup() throws {
        let registry = try Registry([Words().declarations])
        #expect(registry.field("word", "text")?.sealing == .sealed)
        #expect(registry.field("word", "id") == nil)
    }
}
