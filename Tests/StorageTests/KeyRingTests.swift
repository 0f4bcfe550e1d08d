import Storage
import TestKit
import Testing
import Vocabulary

@Suite struct KeyRingTests {
    private let column = SealedColumn("profile", "name")
    private let roots = RootKeys(text: RootKeys.newLine())!
    private let ana = PersonID(at: .init(milliseconds: 1))
    private let ben = PersonID(at: .init(milliseconds: 2))

    @Test("C58: a sealed value opens for its own person and column only", arguments: Engine.all)
    func sealedValuesStayInTheirPlace(on engine: Engine) async throws {
        let ring = try await KeyRing.open(engine.temporary(), roots: roots)
        try await ring.makeKey(for: ana)
        try await ring.makeKey(for: ben)
        let sealed = try await ring.seal("Ana", for: ana, as: column)
        #expect(try await ring.openText(sealed, of: ana, as: column) == "Ana")
        await #expect(throws: SealError.tampered) { try await ring.openText(sealed, of: ben, as: column) }
        await #expect(throws: SealError.tampered) { try await ring.openText(sealed, of: ana, as: SealedColumn("profile", "city")) }
        #expect(try await ring.seal("Ana", for: ana, as: column) != sealed)
    }

    @Test("C58: a flipped bit anywhere is noticed", arguments: Engine.all)
    func tamperingIsNoticed(on engine: Engine) async throws {
        let ring = try await KeyRing.open(engine.temporary(), roots: roots)
        try await ring.makeKey(for: ana)
        let sealed = try await ring.seal("Ana", for: ana, as: column)
        for place in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[place] ^= 1
            await #expect(throws: SealError.tampered) { try await ring.open(Sealed(bytes: bytes), of: ana, as: column) }
        }
    }

    @Test("C58: a destroyed key opens nothing any more, on no node", arguments: Engine.all)
    func destroyedKeysOpenNothing(on engine: Engine) async throws {
        let address = try await engine.temporaryAddress()
        let here = try await KeyRing.open(.open(address), roots: roots)
        // A node that never hears of the destruction.
        let deaf = try await KeyRing.open(.open(address), roots: roots, cacheLifetime: .milliseconds(1))
        // A node that does.
        let there = try await KeyRing.open(.open(address), roots: roots)
        here.whenDestroyed { there.forget($0) }
        try await here.makeKey(for: ana)
        let sealed = try await here.seal("Ana", for: ana, as: column)
        for ring in [here, deaf, there] { #expect(try await ring.openText(sealed, of: ana, as: column) == "Ana") }
        try await here.destroyKey(of: ana, at: SystemClock().now)
        try await Task.sleep(for: .milliseconds(2))  // reason: the lifetime of a cached key has to pass
        for ring in [here, deaf, there] {
            await #expect(throws: SealError.keyDestroyed) { try await ring.openText(sealed, of: ana, as: column) }
            #expect(try await ring.openTexts([(ana, sealed)], as: column) == [nil])
        }
        #expect(try await here.erasures().map(\.person) == [ana])
    }

    @Test("C58: rotating the root key wraps every key anew while servers go on", arguments: Engine.all)
    func rotation(on engine: Engine) async throws {
        let address = try await engine.temporaryAddress()
        let renewed = roots.renewed!
        let server = try await KeyRing.open(.open(address), roots: roots, cacheLifetime: .milliseconds(1), reload: { renewed })
        let index = server.blindIndex("ana@example.org", as: column)
        var sealed: [(PersonID, Sealed)] = []
        for number in 0..<1200 {
            let person = PersonID(at: .init(milliseconds: Int64(number)))
            try await server.makeKey(for: person)
            sealed.append((person, try await server.seal("person \(number)", for: person, as: column)))
        }

        let command = try await KeyRing.open(.open(address), roots: roots)
        async let newcomers = withThrowingTaskGroup(of: PersonID.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let person = PersonID(at: .init(milliseconds: Int64(5000 + number)))
                    try await server.makeKey(for: person)
                    return person
                }
            }
            return try await group.reduce(into: [PersonID]()) { $0.append($1) }
        }
        let count = try await command.rotate(to: renewed)
        let late = try await newcomers
        #expect(count >= 1201)
        #expect(try await command.rootsInUse() == [renewed.current])
        #expect(try await command.rotate(to: renewed) == 0)

        // The old root key is gone from the file; everything opens.
        let after = try await KeyRing.open(.open(address), roots: renewed.pruned)
        #expect(try await after.openTexts(sealed, as: column).compactMap { $0 }.count == 1200)
        #expect(after.blindIndex("ana@example.org", as: column) == index)
        for person in late { _ = try await after.seal("late", for: person, as: column) }
        #expect(try await server.openTexts(sealed, as: column).compactMap { $0 }.count == 1200)
        try await server.makeKey(for: ana)
        #expect(try await after.rootsInUse() == [renewed.current])
    }

    @Test func aStoreWrappedByAnotherRootKeyIsRefused() async throws {
        let address = try await Engine.sqlite.temporaryAddress()
        _ = try await KeyRing.open(.open(address), roots: roots)
        let other = RootKeys(text: RootKeys.newLine())!
        await #expect(throws: SealError.rootKeyMissing(id: roots.current)) { try await KeyRing.open(.open(address), roots: other) }
    }

    @Test func rootKeysSurviveBeingWrittenAndRead() throws {
        let renewed = try #require(roots.renewed)
        #expect(RootKeys(text: renewed.text)?.text == renewed.text)
        #expect(renewed.text.hasSuffix(roots.text))
        #expect(renewed.pruned.current == renewed.current)
        #expect(RootKeys(text: "") == nil)
        #expect(RootKeys(text: "abcdefgh AAAA") == nil)
    }
}
