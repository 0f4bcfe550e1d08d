@testable import MediaFuzzers
import TestKit
import Testing

/// What `bin/fuzz` does at length, for a moment: what each fuzzer of the media begins with, as it is and with bytes of it changed.
/// **One that finds something ends the process, and says what.**
@Suite struct FuzzSeedTests {
    @Test(arguments: Fuzzer.media.map(\.name)) func theSeedsOf(fuzzer name: String) throws {
        let fuzzer = try #require(Fuzzer.media.first { $0.name == name })
        for seed in try HostileInput.seeds(of: name) { fuzzer.feed(seed.bytes) }
        try HostileInput.each(of: name, rounds: 20) { fuzzer.feed($0) }
    }

    /// What is not forwarded is not tried.
    @Test func theSeedsOfMeetingsReachWhatIsBehindTheKeys() throws {
        for seed in try HostileInput.seeds(of: "meeting") {
            let meeting = try #require(Fuzzer.play(seed.bytes))
            let ben = meeting.told[.ben] ?? (0, 0)
            if seed.name.hasPrefix("picture-") || seed.name.hasPrefix("sound") { #expect(ben.first > 200, "\(seed.name): \(ben)") }
            if seed.name == "asked-again" { #expect(ben.again > 100, "\(ben)") }
            // Ben is where he was, and elsewhere.
            if seed.name == "moved" { #expect(meeting.proven.count == 7 && ben.first > 200, "\(ben)") }
            meeting.close()
        }
    }
}
