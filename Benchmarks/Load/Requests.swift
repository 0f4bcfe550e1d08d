import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// `requests --port --path --rate --seconds`: GETs at a constant rate over kept-alive connections; the time to the last byte of each answer.
/// With `--forms=a,b,…` they post these forms in turn, with `--file` they get the paths in it, and with `--cookie` as whoever has that session.
struct Requests: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let lines = arguments.number("lines", 32)
        let connections = try await concurrently(lines, atOnce: lines) { [self] _ in
            let line = Line()
            let channel = try await ClientBootstrap(group: group)
                .channelInitializer { $0.pipeline.addHandler(Answers(line)) }
                .connect(host: "127.0.0.1", port: arguments.port).get()
            return (channel, line)
        }
        let seconds = arguments.number("seconds", 10)
        let forms = arguments.list("forms")
        let paths =
            try arguments.text("file").isEmpty
            ? [arguments.text("path", "/")]
            : String(contentsOfFile: arguments.text("file"), encoding: .utf8).split(separator: "\n").map(String.init)
        try await atRate(arguments.number("rate", 200), for: seconds) { number in
            let (channel, line) = connections[number % lines]
            line.asked()
            channel.writeAndFlush(
                ByteBuffer(
                    string: request(
                        number, paths[number % paths.count], form: forms.isEmpty ? nil : forms[number % forms.count])), promise: nil)
        }
        await until { connections.allSatisfy { $0.1.isSettled } }
        var all = Latencies()
        for (_, line) in connections { all.add(line.latencies) }
        all.report(over: Double(seconds))
    }

    private func request(_ number: Int, _ path: String, form: String?) -> String {
        let host = "localhost:\(arguments.port)"
        let content = form.map {
            "Origin: http://\(host)\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \($0.utf8.count)\r\n"
        }
        let cookie = arguments.text("cookie").isEmpty ? "" : "Cookie: \(arguments.text("cookie"))\r\n"
        return """
            \(form == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: \(host)\r\nAccept-Encoding: gzip\r
            X-Forwarded-For: \(pretendedAddress(number))\r\n\(cookie)\(content ?? "")\r\n\(form ?? "")
            """
    }
}

/// The questions of one connection, answered in their order (RFC 9112 §9.3.2).
final class Line: Sendable {
    private let state = Mutex((asked: [NIODeadline](), latencies: Latencies()))

    func asked() { state.withLock { $0.asked.append(.now()) } }

    func answered(well: Bool) {
        state.withLock { state in
            guard !state.asked.isEmpty else { return }
            let asked = state.asked.removeFirst()
            if well { state.latencies.add(since: asked) } else { state.latencies.failures += 1 }
        }
    }

    var isSettled: Bool { state.withLock(\.asked.isEmpty) }

    /// What was not answered counts as failed.
    var latencies: Latencies {
        state.withLock { state in
            var latencies = state.latencies
            latencies.failures += state.asked.count
            return latencies
        }
    }
}

/// Counts answers with a length or in chunks; their content is skipped.
private final class Answers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let line: Line
    private var bytes = ByteBuffer()

    init(_ line: Line) { self.line = line }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(Self.unwrapInboundIn(data))
        while let (length, well) = completeAnswer() {
            bytes.moveReaderIndex(forwardBy: length)
            line.answered(well: well)
        }
        bytes.discardReadBytes()
    }

    private func completeAnswer() -> (length: Int, well: Bool)? {
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self).lowercased()
        let headLength = end.upperBound - view.startIndex
        let well = head.hasPrefix("http/1.1 200") || head.hasPrefix("http/1.1 303")
        if let field = head.firstRange(of: "content-length: "),
            let length = Int(head[field.upperBound...].prefix { $0.isNumber })
        {
            return view.count >= headLength + length ? (headLength + length, well) : nil
        }
        guard let last = view[end.lowerBound...].firstRange(of: "\r\n0\r\n\r\n".utf8) else { return nil }
        return (last.upperBound - view.startIndex, well)
    }
}
