import Foundation
import TestKit
import Vocabulary

/// Exports as three programs write them, of one story: Cleo asks Dan about a parcel, with a file and a note; Noor asks and nobody ends it;
/// somebody asked long ago; and things that are no conversation.
enum ExportFixtures {
    /// Ten days before the tests' clock.
    static let then: Int64 = 1_799_136_000
    static let longAgo: Int64 = 1_500_000_000
    static let png: [UInt8] = Array(
        Data(base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==") ?? Data())

    static func folder(_ format: String, stem: String, agentMail: String) -> String {
        let folder = TemporaryFolder.make()
        try? FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
        let files =
            switch format {
            case "chatwoot": chatwoot(stem, agentMail)
            case "rocketchat": rocketChat(stem, agentMail)
            default: liveHelperChat(stem, agentMail)
            }
        for (name, text) in files { FileManager.default.createFile(atPath: folder + "/" + name, contents: Data(text.utf8)) }
        return folder
    }

    private static func chatwoot(_ stem: String, _ mail: String) -> [String: String] {
        func conversation(_ id: Int, _ status: String, _ at: Int64, _ name: String) -> String {
            """
            {"meta":{"sender":{"id":\(id + 100),"name":"\(stem) \(name)","email":"\(name.lowercased())@example.org","phone_number":"+331"},\
            "assignee":{"id":7,"name":"Dan"}},"id":\(id),"messages":[{"id":\(id * 10 + 3),"content":"\(stem) thanks","conversation_id":\(id),\
            "message_type":0,"created_at":\(at + 60),"private":false}],"additional_attributes":{"browser_language":"fr"},"inbox_id":1,\
            "labels":["Delivery"],"status":"\(status)","created_at":\(at),"last_activity_at":\(at + 90),"timestamp":\(at + 90)}
            """
        }
        func messages(_ id: Int, _ at: Int64) -> String {
            """
            {"meta":{"labels":[]},"payload":[
            {"id":\(id * 10 + 2),"content":"\(stem) on its way","conversation_id":\(id),"message_type":1,"created_at":\(at + 30),\
            "private":false,"sender":{"id":7,"name":"Dan","type":"user"},"attachments":[{"id":5\(id),"data_url":"https://c.example/a/way.png?x=1"}]},
            {"id":\(id * 10 + 1),"content":"\(stem) where is it? 4111 1111 1111 1111","conversation_id":\(id),"message_type":0,"created_at":\(at)},
            {"id":\(id * 10 + 4),"content":"\(stem) a kind one","conversation_id":\(id),"message_type":1,"created_at":\(at + 70),"private":true,\
            "sender":{"id":7,"name":"Dan","type":"user"}},
            {"id":\(id * 10 + 5),"content":"Dan was assigned","conversation_id":\(id),"message_type":2,"created_at":\(at + 5)}
            ]}

            """
        }
        return [
            "agents.json": #"[{"id":7,"name":"Dan","email":"\#(mail)","role":"agent"}]"#,
            "canned_responses.json": #"[{"id":1,"short_code":"hi","content":"Hello {{contact.name}}"}]"#,
            "conversations.json": """
            {"data":{"meta":{"all_count":3},"payload":[\(conversation(1, "resolved", then, "Cleo")),\(conversation(2, "open", then + 500, "Noor")),
            \(conversation(3, "resolved", longAgo, "Old"))]}}
            """,
            "messages.json": messages(1, then) + messages(2, then + 500) + messages(3, longAgo) + messages(9, then),
        ]
    }

    private static func rocketChat(_ stem: String, _ mail: String) -> [String: String] {
        func room(_ id: String, _ at: Int64, _ name: String, _ rest: String) -> String {
            """
            {"_id":"\(id)","t":"l","ts":"\(iso(at))","lm":{"$date":\((at + 90) * 1000)},"fname":"\(stem) \(name)","tags":["Delivery"],\
            "v":{"_id":"v\(id)","username":"guest-1"},"servedBy":{"_id":"u7","username":"dan"},\(rest)}
            """
        }
        func message(_ id: String, _ room: String, _ at: Int64, _ text: String, _ rest: String) -> String {
            #"{"_id":"\#(id)","rid":"\#(room)","msg":"\#(text)","ts":{"$date":"\#(iso(at))"},\#(rest)}"#
        }
        let dan = #""u":{"_id":"u7","username":"dan","name":"Dan"}"#
        let guest = #""token":"t","u":{"_id":"v","username":"guest-1"}"#
        func messages(_ room: String, _ at: Int64) -> [String] {
            [
                message("\(room)-2", room, at + 30, "\(stem) on its way", dan + #","file":{"_id":"5\#(room)","name":"way.png"}"#),
                message("\(room)-1", room, at, "\(stem) where is it? 4111 1111 1111 1111", guest),
                message("\(room)-3", room, at + 60, "\(stem) thanks", guest),
                message("\(room)-4", room, at + 65, "", dan + #","t":"livechat-close""#),
            ]
        }
        return [
            "users.json":
                #"{"users":[{"_id":"u7","username":"dan","name":"Dan","emails":[{"address":"\#(mail)","verified":true}]}],"success":true}"#,
            "visitors.jsonl": #"{"_id":"v1","username":"guest-1","token":"t","visitorEmails":[{"address":"cleo@example.org"}]}"# + "\n",
            "canned.json": #"{"cannedResponses":[{"_id":"c1","shortcut":"hi","text":"Hello {{contact.name}}","scope":"global"}]}"#,
            "rooms.json": """
            {"rooms":[\(room("1", then, "Cleo", #""closedAt":"\#(iso(then + 90))""#)),\(room("2", then + 500, "Noor", #""open":true"#)),
            \(room("3", longAgo, "Old", #""closedAt":"\#(iso(longAgo + 90))""#)),{"_id":"general","t":"c","name":"general"}],"count":4}
            """,
            "messages.jsonl": (messages("1", then) + messages("2", then + 500) + messages("3", longAgo) + messages("9", then))
                .joined(separator: "\n"),
        ]
    }

    private static func liveHelperChat(_ stem: String, _ mail: String) -> [String: String] {
        func message(_ id: Int, _ chat: Int, _ at: Int64, _ user: Int, _ text: String) -> String {
            #"{"id":"\#(id)","msg":"\#(text)","time":"\#(at)","chat_id":"\#(chat)","user_id":"\#(user)","name_support":"\#(user > 0 ? "Dan" : "")"}"#
        }
        func chat(_ id: Int, _ status: Int, _ at: Int64, _ name: String, _ rest: String = "") -> String {
            """
            {"id":\(id),"nick":"\(stem) \(name)","status":\(status),"time":\(at),"user_id":7,"dep_id":1,"ip":"192.0.2.7",\
            "email":"\(name.lowercased())@example.org","cls_time":\(status == 2 ? at + 90 : 0),"last_user_msg_time":\(at + 60),\
            "remarks":"\(stem) a kind one","subject":[{"name":"Delivery"}]\(rest)}
            """
        }
        func inside(_ id: Int, _ at: Int64) -> String {
            let all = [
                message(id * 10 + 2, id, at + 30, 7, "\(stem) on its way [file=5\(id)_abc]"),
                message(id * 10 + 1, id, at, 0, "\(stem) where is it? 4111 1111 1111 1111"),
                message(id * 10 + 3, id, at + 60, 0, "\(stem) thanks"),
                message(id * 10 + 4, id, at + 61, -1, "Chat was closed"),
            ]
            return #","messages":["# + all.joined(separator: ",") + "]"
        }
        return [
            "operators.json": #"[{"id":7,"username":"dan","name":"Dan","surname":"","email":"\#(mail)"}]"#,
            "canned.csv": "id,msg,title\r\n1,\"Hello {nick},\nwhat is it?\",hi\r\n",
            "chats.jsonl": [
                chat(1, 2, then, "Cleo", inside(1, then)), chat(2, 1, then + 500, "Noor"), chat(3, 2, longAgo, "Old", inside(3, longAgo)),
            ].joined(separator: "\n"),
            "messages.csv": """
            id,msg,time,chat_id,user_id,name_support\r
            22,"\(stem) on its way [file=52_x]",\(then + 530),2,7,Dan\r
            21,"\(stem) where is ""it""? 4111 1111 1111 1111",\(then + 500),2,0,\r
            23,\(stem) thanks,\(then + 560),2,0,\r
            91,lost,\(then),9,0,\r

            """,
        ]
    }

    private static func iso(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}
