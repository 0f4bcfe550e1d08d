import Foundation
import TestKit
import Testing

@testable import Desk

/// Exports come from other programs, and what stands in them from strangers.
@Suite("hostile input to the parsers of exports", .timeLimit(.minutes(2))) struct HostileExportTests {
    private static func places(_ splitter: some RecordSplitter, _ pieces: [[UInt8]]) -> [SplitRecord] {
        var splitter = splitter
        return pieces.flatMap { splitter.feed($0) } + splitter.finish()
    }

    @Test func recordsLieInTheirFileOneAfterAnother() throws {
        var records = 0
        try HostileInput.each(of: "import-json", rounds: 4000) { bytes in
            let found = Self.places(JSONSplitter(), [bytes])
            #expect(found == Self.places(JSONSplitter(), bytes.map { [$0] }), "the pieces made a difference")
            var end = 0
            for case .record(let place) in found {
                #expect(place.start >= end && place.start + place.length <= bytes.count)
                end = place.start + place.length
                records += 1
            }
        }
        #expect(records > 0, "some of it was well-formed")
    }

    @Test func linesOfATableAreTheSameHoweverTheyCome() throws {
        try HostileInput.each(of: "import-csv", rounds: 4000) { bytes in
            #expect(Self.places(CSVSplitter(), [bytes]) == Self.places(CSVSplitter(), bytes.map { [$0] }))
            #expect(CSVSplitter.fields(bytes).reduce(0) { $0 + $1.unicodeScalars.count } <= bytes.count)
        }
    }

    @Test(arguments: ExportFormat.allCases) func idsThatArePrintedArePlainWords(_ format: ExportFormat) throws {
        var read = 0
        try HostileInput.each(of: "import-\(format.rawValue)", rounds: 4000) { bytes in
            guard let value = ExportValue(json: bytes) else { return }
            read += 1
            let id: String?
            switch format.read(value) {
            case .conversation(let conversation): id = conversation.id
            case .message(let message, let conversation): id = message.id + conversation
            case .agent(let person), .contact(let person): id = person.id
            case .reply(let reply, _, _): id = reply
            case .skipped(let skipped, _): id = skipped
            }
            #expect(id?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ?? true)
        }
        #expect(read > 0, "some of it was well-formed")
    }

    @Test("a message full of what looks like the beginning of a file takes no longer than any other")
    func beginningsOfFiles() throws {
        let text = String(repeating: "[file=", count: 100_000) + "]"
        let json = #"{"id":1,"chat_id":2,"time":1799136000,"user_id":0,"msg":"\#(text)"}"#
        let value = try #require(ExportValue(json: Array(json.utf8)))
        let clock = ContinuousClock()
        let began = clock.now
        let record = ExportFormat.livehelperchat.read(value)
        let time = clock.now - began
        guard case .message(let message, _) = record else {
            Issue.record("no message")
            return
        }
        #expect(message.files.isEmpty && message.text == text)
        #expect(time < .seconds(20), "\(time)")
    }
}
