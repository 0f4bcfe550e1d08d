import Mail
import Privacy
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Accounts

@Suite("C33 what accounts declare") struct AccountDeclarationsTests {
    @Test("ZAZ-02 every column is declared, and every declared column is there", arguments: Engine.all)
    func everyColumnIsDeclared(on engine: Engine) async throws {
        let database = try await engine.temporary()
        try await database.migrate(Accounts.migrations)
        var ground = Declarations()
        for column in ["domain", "number", "checksum"] {
            ground.technical.append(TechnicalColumn("schema_migration", column, reason: "A step of the schema."))
        }
        let registry = try Registry([ground, Accounts.declarations])
        #expect(try await registry.differences(from: [database.schema()]) == [])
        await database.close()
    }

    @Test("every letter has its words in every language", arguments: Language.allCases)
    func everyLetterHasItsWords(language: Language) async throws {
        let door = try await Door()
        for letter in Letters.all {
            for part in ["subject", "body"] {
                let key = "\(letter.name).\(part)"
                #expect(door.ground.pages.text(key, [:], in: language) != key)
            }
        }
        for setting in ChangeNotice.Setting.allCases {
            #expect(door.ground.pages.text("setting.\(setting.rawValue)", [:], in: language) != "setting.\(setting.rawValue)")
        }
    }

    @Test("C58 nothing personal that was typed stands in the database", arguments: Engine.all)
    func nothingTypedIsReadable(on engine: Engine) async throws {
        let door = try await Door(on: engine)
        var ana = Door.registration("Ana", password: "Kq7vMarkerPassword")
        ana.name = "Zx9rMarkerName"
        ana.email = "Wy3pMarkerMail@example.org"
        _ = try await door.accounts.register(ana, from: Door.visit())
        _ = try await door.accounts.signIn(email: ana.email, password: "Kq7vMarkerPassword", from: Door.visit(from: "198.51.100.77"))
        let schema = try await door.database.schema()
        for (table, columns) in schema.columns {
            for column in columns {
                let sql = SQL(stringLiteral: "SELECT \(column) AS value FROM \(table)")
                for row in try await door.database.read({ try $0.rows(sql) }) {
                    let value: SQLValue = try row["value"]
                    let text = String(describing: value).lowercased()
                    for marker in ["zx9rmarkername", "wy3pmarkermail", "kq7vmarkerpassword", "198.51.100.77", "firefox"] {
                        #expect(!text.contains(marker), "\(table).\(column)")
                    }
                    if case .blob(let bytes) = value {
                        let raw = String(decoding: bytes, as: UTF8.self).lowercased()
                        #expect(!raw.contains("marker"), "\(table).\(column)")
                    }
                }
            }
        }
    }
}
