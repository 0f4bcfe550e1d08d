import Accounts
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Server

/// Every field of Ana's profile, with every visibility, through the eyes
/// of everybody, on every page that shows people (C03, VZO-31, VZO-32).
@Suite(.timeLimit(.minutes(5))) struct VisibleFieldsTests {
    /// Somebody who looks at Ana.
    enum Viewer: CaseIterable {
        case nobody, guest, member, contact, blocked, own
    }

    /// A page that shows people, and the fields it has room for.
    struct Surface: Sendable {
        let name: String
        let path: String
        let fields: Set<ProfileField>
        /// Whether somebody is found there by their name alone.
        var isSearch = false
    }

    /// **The one table**: whose eyes a visibility is for.
    static let table: [Visibility: Set<Viewer>] = [
        .nobody: [.own], .contacts: [.own, .contact], .members: [.own, .contact, .member],
        // No page about a person opens without an account; what a guest sees is the caller's own choice, tested below.
        .everyone: [.own, .contact, .member],
    ]

    private static let words: [ProfileField: String] = [
        .name: "Anabel Marigold", .about: "paints herons in gouache", .email: "ana@example.org",
    ]

    @Test(
        "VZO-31, VZO-32: a field is on a page when its visibility says so, and with the very next request when that changes",
        arguments: Engine.all)
    func everyFieldForEverybody(on engine: Engine) async throws {
        let scene = try await Scene(on: engine)
        for shift in Visibility.allCases.indices {
            // Each save gives the four fields four different visibilities; four saves give each field each of them.
            let chosen = Dictionary(
                uniqueKeysWithValues: ProfileField.allCases.enumerated().map { index, field in
                    (field, Visibility.allCases[(index + shift) % Visibility.allCases.count])
                })
            try await scene.choose(chosen)
            for viewer in Viewer.allCases {
                for surface in scene.surfaces(of: viewer) { try await expect(surface, to: viewer, chosen, scene) }
                let picture = try await scene.browser(viewer).get(scene.picture).status
                let mayLook = Self.table[chosen[.picture] ?? .nobody]?.contains(viewer) == true
                #expect(
                    (picture == 200) == mayLook, "the picture itself, to \(viewer) when it is for \(String(describing: chosen[.picture]))")
            }
        }
        try await scene.house.stop()
    }

    private func expect(_ surface: Surface, to viewer: Viewer, _ chosen: [ProfileField: Visibility], _ scene: Scene) async throws {
        func mayShow(_ field: ProfileField) -> Bool { Self.table[chosen[field] ?? .nobody]?.contains(viewer) == true }
        let page = try await scene.page(surface.path, to: viewer)
        // The directory lists those alone whose name is for members, whoever searches.
        let isFound = surface.isSearch ? mayShow(.name) && Self.table[chosen[.name] ?? .nobody]?.contains(.member) == true : true
        for field in ProfileField.allCases {
            let shows = field == .picture ? page.contains(scene.picture) : page.contains(Self.words[field] ?? "")
            let expected = surface.fields.contains(field) && isFound && mayShow(field)
            #expect(
                shows == expected, "\(field) on the \(surface.name) page to \(viewer), when it is for \(String(describing: chosen[field]))")
        }
    }

    @Test("VZO-31: a guest's page shows the name of whoever made the link, and nothing else, whatever is visible to everyone")
    func whatAGuestSees() async throws {
        let scene = try await Scene(on: .sqlite)
        for visibility in Visibility.allCases {
            try await scene.choose(Dictionary(uniqueKeysWithValues: ProfileField.allCases.map { ($0, visibility) }))
            for path in [scene.join, scene.call] {
                let page = try await scene.page(path, to: .guest)
                #expect(page.contains("Anabel Marigold"), "she was told that her link shows it")
                #expect(!page.contains("gouache") && !page.contains("ana@example.org") && !page.contains("/picture/"))
            }
        }
        try await scene.house.stop()
    }

    /// A house with Ana, and somebody for each pair of eyes.
    struct Scene: Sendable {
        let house: TestHouse
        let picture: String
        let join: String
        let call: String
        private let ana: Resident
        private let clock = ManualClock()
        private let browsers: [Viewer: TestBrowser]

        init(on engine: Engine) async throws {
            house = try await TestHouse(try await TestHouse.settings(on: engine), clock: clock)
            ana = try await Resident.register("Ana", in: house, more: [("listed", "on")])
            let (ben, dan, mallory) = (
                try await Resident.register("Ben", in: house), try await Resident.register("Dan", in: house),
                try await Resident.register("Mallory", in: house)
            )
            let profile = [("name", words[.name] ?? ""), ("about", words[.about] ?? "")]
            #expect(try await ana.browser.post("/settings/profile", profile).status == 303)
            #expect(try await ana.browser.upload(NoisePicture.png(), named: "ana.png").status == 303)
            let page = try await ana.browser.get("/settings/profile").text
            picture = "/people/\(ana.id)/picture/" + (try #require(page.text(after: "/picture/", before: "\"")))
            // Both have a notice about her; Dan, whom she asked, also a request. Then Mallory is blocked.
            try await ben.befriend(ana)
            try await mallory.befriend(ana)
            #expect(try await ana.browser.post("/people/\(dan.id)/ask", [("introduction", "")]).status == 303)
            #expect(try await ana.browser.post("/people/\(mallory.id)/block", []).status == 303)
            join = try await ana.guestLink()
            let cleo = TestBrowser(house)
            call = try #require(try await cleo.post(join, [("name", "Cleo")]).location)
            browsers = [
                .nobody: TestBrowser(house), .guest: cleo, .member: dan.browser, .contact: ben.browser, .blocked: mallory.browser,
                .own: ana.browser,
            ]
        }

        func browser(_ viewer: Viewer) throws -> TestBrowser { try #require(browsers[viewer]) }

        /// The pages on which this viewer could come upon her.
        func surfaces(of viewer: Viewer) -> [Surface] {
            let profile = Surface(name: "profile", path: "/people/\(ana.id)", fields: Set(ProfileField.allCases))
            let search = Surface(name: "directory", path: "/directory?q=Marigold", fields: [.name, .picture, .about], isSearch: true)
            let people = Surface(name: "people", path: "/", fields: [.name, .picture])
            let notices = Surface(name: "notices", path: "/notices", fields: [.name])
            // Only contacts can call.
            let calling = Surface(name: "call", path: "/people/\(ana.id)/call", fields: viewer == .contact ? [.name, .picture] : [])
            return viewer == .own ? [profile] : [profile, search, people, notices, calling]
        }

        /// The page as the viewer gets it, after at most one redirect.
        func page(_ path: String, to viewer: Viewer) async throws -> String {
            clock.advance(by: .seconds(10))
            let answer = try await browser(viewer).get(path)
            guard let next = answer.location else { return answer.text }
            return try await browser(viewer).get(next).text
        }

        /// Saves who sees what, as she does: with her password.
        func choose(_ visibility: [ProfileField: Visibility]) async throws {
            clock.advance(by: .minutes(1))
            let fields = visibility.map { ("visibility-\($0.key)", "\($0.value)") } + [("listed", "on"), ("proof", Resident.password)]
            try #require(try await ana.browser.post("/settings/privacy", fields).status == 303)
        }
    }
}
