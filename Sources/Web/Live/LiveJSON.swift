import Foundation
import NIOCore

/// Something that writes its own JSON, because parts of it are written already and need not be read again.
package protocol WrittenJSON: Encodable, Sendable {
    func json() throws -> [UInt8]
}

/// Writes the messages of `/live` (docs/protocol.md).
enum LiveJSON {
    /// Keys in order, so that the same value is the same bytes.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        if let written = value as? any WrittenJSON { return try written.json() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    static func event(_ event: StreamEvent, of stream: StreamID, body: String?) -> LiveFrame {
        var text = #"{"type":"event","stream":"#
        append(stream.label, to: &text)
        text += #","sequence":\#(event.sequence),"kind":"#
        append(event.kind, to: &text)
        text += #","at":\#(event.at.milliseconds),"body":\#(body ?? "null")}"#
        return LiveFrame(json: text.utf8)
    }

    static func event(_ appended: Appended) -> LiveFrame {
        let event = appended.event
        return LiveJSON.event(
            StreamEvent(sequence: appended.sequence, reader: event.reader, kind: event.kind, body: event.body, at: event.at),
            of: event.stream, body: String(decoding: event.plain, as: UTF8.self))
    }

    static func snapshot(of stream: StreamID, at sequence: Int, body: String?) -> LiveFrame {
        var text = #"{"type":"snapshot","stream":"#
        append(stream.label, to: &text)
        text += #","sequence":\#(sequence),"body":\#(body ?? "null")}"#
        return LiveFrame(json: text.utf8)
    }

    /// - Parameter heartbeat: seconds of silence after which the page asks for a sign of life.
    static func welcome(_ connection: ConnectionID, heartbeat: Int, streams: [(name: String, last: Int)]) -> LiveFrame {
        var text = #"{"type":"welcome","connection":"\#(connection)","heartbeat":\#(heartbeat),"streams":{"#
        for (index, stream) in streams.enumerated() {
            if index > 0 { text += "," }
            append(stream.name, to: &text)
            text += ":\(stream.last)"
        }
        return LiveFrame(json: (text + "}}").utf8)
    }

    /// The person may not hear the stream any more.
    static func unheard(_ stream: StreamID) -> LiveFrame {
        LiveFrame(json: Array(#"{"type":"unheard","stream":"\#(stream.label)"}"#.utf8))
    }

    static func ack(_ id: CommandID, body: [UInt8]?) -> LiveFrame {
        var bytes = Array(#"{"type":"ack","id":"\#(id)""#.utf8)
        if let body {
            bytes += Array(#","body":"#.utf8)
            bytes += body
        }
        bytes.append(UInt8(ascii: "}"))
        return LiveFrame(json: bytes)
    }

    static func refused(_ id: CommandID, problem: [UInt8]) -> LiveFrame {
        LiveFrame(json: Array(#"{"type":"refused","id":"\#(id)","problem":"#.utf8) + problem + [UInt8(ascii: "}")])
    }

    /// A quoted string (RFC 8259 §7). Names of streams and kinds need no escape, but nothing here relies on it.
    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..."\u{1F}": text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
