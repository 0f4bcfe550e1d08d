import Calls
import Foundation
import TestKit
import Testing

/// Real browsers at the real shell: sockets, thread and all.
@Suite struct MeetingBrowserTests {
    private static let hasBrowsers = ["/usr/bin/chromium", "/usr/bin/firefox-esr"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Three people, two Chromiums and a Firefox: each sees and hears the two others, one leaves, and nobody exchanged a word of SDP after
    /// joining.
    @Test(.enabled(if: hasBrowsers), .timeLimit(.minutes(4)))
    func threeBrowsersMeet() async throws {
        let desk = MeetingDesk()
        try await desk.open()
        var output: String?
        do {
            try await Shell.run(Python.path, [Repository.path + "/Tests/EndToEnd/meeting_room.py", desk.url])
        } catch let failed as Shell.Failed {
            output = failed.output
        }
        let statistics = desk.statistics
        try await desk.close()
        #expect(output == nil, "\(output?.suffix(6000) ?? "")")
        #expect((statistics?.datagramsOut ?? 0) > 1_000 && statistics?.datagramsRefused == 0)
    }
}
