import Testing

@testable import Accounts

@Suite("VZO-31 each person decides who sees what") struct VisibilityTests {
    /// The table a person would draw: rows are choices, columns are viewers.
    private static let shown: [Visibility: Set<Relation>] = [
        .nobody: [.own],
        .contacts: [.own, .contact],
        .members: [.own, .contact, .member],
        .everyone: [.own, .contact, .member, .outsider],
    ]

    @Test(arguments: Visibility.allCases, Relation.allCases)
    func aFieldIsShownExactlyToWhomItWasMeantFor(choice: Visibility, viewer: Relation) {
        #expect(choice.shows(to: viewer) == Self.shown[choice]?.contains(viewer))
    }

    @Test(arguments: Relation.allCases)
    func theProjectionLeavesOutEveryFieldThatIsNotForTheViewer(viewer: Relation) {
        for choice in Visibility.allCases {
            let profile = SealedProfile(
                person: .init(at: .init(milliseconds: 1)), name: .init(bytes: [1]), about: .init(bytes: [2]), email: .init(bytes: [3]),
                picture: .init(at: .init(milliseconds: 2)),
                visibility: Dictionary(uniqueKeysWithValues: ProfileField.allCases.map { ($0, choice) }))
            let seen = profile.seen(by: viewer)
            let isShown = choice.shows(to: viewer)
            #expect([seen.name != nil, seen.about != nil, seen.email != nil, seen.picture != nil] == Array(repeating: isShown, count: 4))
        }
    }

    @Test func whatNobodyChoseForIsShownToNobody() {
        let profile = SealedProfile(person: .init(at: .init(milliseconds: 1)), name: .init(bytes: [1]), visibility: [:])
        #expect(profile.seen(by: .contact).name == nil)
        #expect(profile.seen(by: .own).name != nil)
    }

    @Test("ZAZ-33 a minor's choices stop at contacts") func aMinorsChoicesStopAtContacts() {
        for field in ProfileField.allCases {
            #expect(field.choices(isMinor: true) == [.nobody, .contacts])
        }
    }
}
