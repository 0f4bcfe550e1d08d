import Foundation
import TestKit

/// Exports of as many conversations as one likes, each of the same number of messages, in the forms of `ExportFixtures`.
/// Every tenth conversation has a file. Each message says which it is.
struct ManyExported {
    let conversations: Int
    let messages: Int
    /// When the last of them ended, in seconds since 1970.
    let end: Int64

    static func text(_ conversation: Int, _ message: Int) -> String { "conversation \(conversation) message \(message)" }

    var files: Int { conversations / 10 }

    private func hasFile(_ conversation: Int) -> Bool { conversation.isMultiple(of: 10) }
    private func time(_ conversation: Int, _ message: Int) -> Int64 {
        end - Int64((conversations - conversation) * 60 + (messages - message) * 5)
    }

    /// Writes it down and gives the folder.
    func folder(_ format: String) throws -> String {
        let folder = TemporaryFolder.make()
        try FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
        for number in 1...conversations where hasFile(number) {
            try Data("a letter of conversation \(number)".utf8).write(to: URL(filePath: "\(folder)/files/5\(number).txt"))
        }
        let written: [String: [String]] =
            switch format {
            case "chatwoot": ["conversations.jsonl": each(chatwoot), "messages.jsonl": eachMessage(chatwoot)]
            case "rocketchat": ["rooms.jsonl": each(rocketChat), "messages.jsonl": eachMessage(rocketChat)]
            default: ["chats.jsonl": each(liveHelperChat)]
            }
        for (name, lines) in written { try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: folder + "/" + name)) }
        return folder
    }

    private func each(_ write: (Int) -> String) -> [String] { (1...conversations).map(write) }

    private func eachMessage(_ write: (Int, Int) -> String) -> [String] {
        // Not in the order in which they were said.
        (1...messages).reversed().flatMap { message in (1...conversations).map { write($0, message) } }
    }

    private func chatwoot(_ number: Int) -> String {
        """
        {"meta":{"sender":{"id":\(number + 1_000_000),"name":"Visitor \(number)"}},"id":\(number),"inbox_id":1,"status":"resolved",\
        "created_at":\(time(number, 1)),"last_activity_at":\(time(number, messages))}
        """
    }

    private func chatwoot(_ number: Int, _ message: Int) -> String {
        let file =
            hasFile(number) && message == 1 ? #","attachments":[{"id":5\#(number),"data_url":"https://c.example/a/letter.txt"}]"# : ""
        return """
            {"id":\(number * 1000 + message),"content":"\(Self.text(number, message))","conversation_id":\(number),\
            "message_type":\(message.isMultiple(of: 2) ? 1 : 0),"created_at":\(time(number, message)),\
            "sender":{"id":7,"name":"Dan","type":"user"}\(file)}
            """
    }

    private func rocketChat(_ number: Int) -> String {
        """
        {"_id":"r\(number)","t":"l","ts":{"$date":\(time(number, 1) * 1000)},"fname":"Visitor \(number)","v":{"_id":"v\(number)"},\
        "closedAt":{"$date":\(time(number, messages) * 1000)}}
        """
    }

    private func rocketChat(_ number: Int, _ message: Int) -> String {
        let author = message.isMultiple(of: 2) ? #""u":{"_id":"u7","name":"Dan"}"# : #""token":"t","u":{"_id":"v\#(number)"}"#
        let file = hasFile(number) && message == 1 ? #","file":{"_id":"5\#(number)","name":"letter.txt"}"# : ""
        return """
            {"_id":"m\(number)-\(message)","rid":"r\(number)","msg":"\(Self.text(number, message))",\
            "ts":{"$date":\(time(number, message) * 1000)},\(author)\(file)}
            """
    }

    private func liveHelperChat(_ number: Int) -> String {
        let said = (1...messages).map { message in
            let file = hasFile(number) && message == 1 ? " [file=5\(number)_abc]" : ""
            return """
                {"id":"\(number * 1000 + message)","msg":"\(Self.text(number, message))\(file)","time":"\(time(number, message))",\
                "chat_id":"\(number)","user_id":"\(message.isMultiple(of: 2) ? 7 : 0)","name_support":"Dan"}
                """
        }
        return """
            {"id":\(number),"nick":"Visitor \(number)","status":2,"time":\(time(number, 1)),"user_id":7,"dep_id":1,\
            "cls_time":\(time(number, messages)),"messages":[\(said.joined(separator: ","))]}
            """
    }
}
