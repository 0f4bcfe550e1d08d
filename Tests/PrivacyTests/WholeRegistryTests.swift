import Foundation
import Privacy
import Storage
import TestKit
import Testing
import Vocabulary
import Web

@testable import Server

/// The registry of the whole server against the whole server.
@Suite struct WholeRegistryTests {
    @Test(
        "C33, ZAZ-02, VZO-04, VZO-06: every column of every table is declared, and every declared field has a column", arguments: Engine.all
    )
    func columns(on engine: Engine) async throws {
        let data = try await engine.temporary()
        let keys = try await engine.temporary()
        try await data.migrate(Migrations.all)
        try await keys.migrate(KeyRing.migrations)
        let registry = try Registry(House.declarations)
        #expect(try await registry.differences(from: [data.schema(), keys.schema()]) == [])
        await data.close()
        await keys.close()
    }

    @Test("C33: whatever is declared has a text in every language", arguments: Language.allCases)
    func texts(in language: Language) throws {
        let catalogue = try Catalogue.shipped
        let registry = try Registry(House.declarations)
        for key in registry.textKeys.sorted() {
            #expect(catalogue.entries[language]?[key] != nil, "\(key) has no text in \(language)")
        }
    }

    @Test("C33: what is said in conversations is declared as such, and lives as long as they do")
    func said() throws {
        let fields = try Registry(House.declarations).personal.filter { $0.table == "stream_event" && $0.column == "body" }
        #expect(fields.map(\.key).sorted() == ["notices", "said", "teamNote"] && fields.allSatisfy { $0.sealing == .sealed })
        for field in fields where field.key != "notices" {
            #expect(field.retention == .withConversation && field.audience != .person)
        }
    }

    @Test("C58: names, addresses, pictures and words are never kept readable")
    func sealing() throws {
        let registry = try Registry(House.declarations)
        // Columns of these categories that hold a choice, an id, a time or a public key. A new one is added here with thought.
        let readable: Set<String> = [
            "profile.picture_id", "profile_picture.person_id", "directory_token.person_id", "passkey.public_key", "passkey.sign_count",
        ]
        let telling: Set<DataCategory> = [.name, .contact, .picture, .credential]
        for field in registry.personal where telling.contains(field.category) && field.sealing == .plain {
            #expect(readable.contains(field.place), "\(field.place) is kept readable")
        }
    }

    @Test("VOC-02: the page shows every declared thing, in every language", arguments: Language.allCases)
    func page(in language: Language) async throws {
        try await TestHouse.run { server in
            let html = try await Shell.run(
                "/usr/bin/curl", ["-sf", "-H", "Accept-Language: \(language.rawValue)", "\(server.origin)/privacy"])
            #expect(html.contains("lang=\"\(language.rawValue)\""))
            let catalogue = try Catalogue.shipped
            let registry = try server.house.registry
            for field in registry.personal {
                guard case .text(let name)? = catalogue.entries[language]?["privacy.field.\(field.key)"] else { continue }
                #expect(html.contains(name.escaped), "\(field.key) is not shown")
            }
            for cookie in registry.cookies { #expect(html.contains(cookie.name)) }
            for key in registry.storageKeys { #expect(html.contains(key.name)) }
            for host in registry.outboundHosts { #expect(html.contains(host.setting)) }
            #expect(!html.contains("privacy.field."), "a text is missing")
            #expect(Self.repeated(titles(in: html)) == [], "what stands twice cannot be told apart in a list of titles")
        }
    }

    /// What screen readers list: headings, and what each row of a table is about.
    private func titles(in html: String) -> [String] {
        html.matches(of: /<(h[1-6]|th scope="row")[^>]*>(.*?)(<span|<\/)/.dotMatchesNewlines()).map {
            $0.output.2.replacing(/<[^>]*>/, with: "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private static func repeated(_ titles: [String]) -> [String] {
        Dictionary(grouping: titles) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }

    @Test("C33: every setting that names a host this server speaks to is declared")
    func hosts() throws {
        let declared = Set(try Registry(House.declarations).outboundHosts.map(\.setting))
        let named = Set(Options.all.map(\.name).filter { $0.hasSuffix(".url") || $0.hasSuffix(".urls") })
        // The scanner may also be a file on this machine; webhooks are entered by administrators, while the server runs.
        #expect(declared == named.union(["clamav.address", "webhooks"]))
    }
}

extension Catalogue {
    /// The texts in `Browser/text`.
    fileprivate static var shipped: Catalogue {
        get throws {
            try Repository.frontend().catalogue
        }
    }
}

extension String {
    /// As Mustache writes it into HTML.
    fileprivate var escaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            .replacing("'", with: "&#39;")
    }
}
