import Foundation
import Logging
import NIOCore
import Storage
import Vocabulary

/// Reads commands, checks who may give them, has them carried out, and words the answer.
///
/// **Every command gets exactly one answer, and the same id from the same person the same one.**
struct CommandDesk: Sendable {
    enum Outcome: Sendable {
        case answer(LiveFrame)
        /// The browser says where it was.
        case resume([String: Int])
        /// The page wants to hear a shared stream, which it may.
        case listen(StreamID, after: Int?, CommandID, ack: LiveFrame)
        case unlisten(StreamID, ack: LiveFrame)
        /// The message is not one that a page of ours sends.
        case violation
        case leave(LiveGoodbye)
    }

    private struct Resume: Decodable {
        let streams: [String: Int]?
    }

    private struct Listen: Decodable {
        let stream: String
        let after: Int?
    }

    let pages: any Pages
    let logger: Logger
    let memory: AnswerMemory
    private let handlers: [String: LiveHandler]
    private let mayHear: @Sendable (StreamID, LiveSender) async throws -> Bool

    init(
        handlers: [LiveHandler], mayHear: @escaping @Sendable (StreamID, LiveSender) async throws -> Bool, pages: any Pages,
        memory: AnswerMemory, logger: Logger
    ) {
        self.mayHear = mayHear
        self.pages = pages
        self.logger = logger
        self.memory = memory
        self.handlers = Dictionary((handlers + [.ping]).map { ($0.type, $0) }) { _, _ in
            preconditionFailure("two handlers for one command")
        }
    }

    /// - Parameter mayCommand: false for the first message, in which the browser must say where it was.
    func carryOut(_ text: ByteBuffer, from sender: LiveSender, in language: Language, mayCommand: Bool) async -> Outcome {
        guard let members = JSONMembers(text.readableBytesView), let type = members["type"]?.plainString else { return .violation }
        if type == "resume" {
            guard let resume = try? JSONDecoder().decode(Resume.self, from: Data(members.bytes)) else { return .violation }
            return .resume(resume.streams ?? [:])
        }
        guard mayCommand, let id = members["id"]?.plainString.flatMap(CommandID.init) else { return .violation }
        if type == "listen" || type == "unlisten" { return await listen(members, id, sender, isLeaving: type == "unlisten", in: language) }
        guard let handler = handlers[type] else { return answer(id, .refused(.unknownCommand), in: language) }
        guard handler.access.allows(sender.principal) else { return answer(id, .refused(.forbidden), in: language) }
        let command = LiveCommand(type: type, id: id, members: members, sender: sender)
        guard handler.isRemembered else { return answer(id, await run(handler, command), in: language) }
        let given = await memory.once(sender.person, id) { await run(handler, command) }
        return answer(id, given, in: language)
    }

    /// **Whether the sender may hear the stream is asked anew each time**; that it exists is not told to those who may not.
    private func listen(
        _ members: JSONMembers, _ id: CommandID, _ sender: LiveSender, isLeaving: Bool, in language: Language
    ) async -> Outcome {
        guard let wish = try? JSONDecoder().decode(Listen.self, from: Data(members.bytes)), let stream = StreamID(label: wish.stream),
            wish.after ?? 0 >= 0
        else { return answer(id, .refused(.malformed), in: language) }
        let ack = LiveJSON.ack(id, body: nil)
        if isLeaving { return .unlisten(stream, ack: ack) }
        do {
            guard try await mayHear(stream, sender) else { return answer(id, .refused(.notFound), in: language) }
            return .listen(stream, after: wish.after, id, ack: ack)
        } catch {
            logger.error("a stream's listeners cannot be checked", metadata: ["reason": "\(type(of: error))"])
            return answer(id, .refused(.unavailable), in: language)
        }
    }

    private func run(_ handler: LiveHandler, _ command: LiveCommand) async -> LiveAnswer {
        do {
            let body = try await handler.handle(command)
            return .done(try body.map { try LiveJSON.encode($0) })
        } catch let problem as Problem {
            return .refused(problem)
        } catch let error as StorageError where error.isTemporary {
            logger.error("the database cannot serve a command", metadata: ["command": "\(command.type)", "reason": "\(error)"])
            return .refused(.unavailable)
        } catch {
            // Another error's own text may repeat what a person typed; StorageError's never does.
            let reason = (error as? StorageError).map { "\($0)" } ?? "\(type(of: error))"
            logger.error("a command failed", metadata: ["command": "\(command.type)", "reason": "\(reason)"])
            return .refused(.unavailable)
        }
    }

    private func answer(_ id: CommandID, _ answer: LiveAnswer, in language: Language) -> Outcome {
        switch answer {
        case .done(let body): return .answer(LiveJSON.ack(id, body: body))
        case .refused(let problem):
            let document = (try? LiveJSON.encode(pages.document(of: problem, in: language))) ?? Array("{}".utf8)
            return .answer(LiveJSON.refused(id, problem: document))
        }
    }
}

/// What came of a command.
enum LiveAnswer: Sendable {
    /// Carried out and committed: the body of the ack, as JSON.
    case done([UInt8]?)
    case refused(Problem)

    /// Whether asking again later may well give another answer.
    var isTemporary: Bool {
        if case .refused(let problem) = self { problem.retryAfter != nil || problem.status.code >= 500 } else { false }
    }
}

extension Problem {
    /// One page hears as much as it may (`LiveLimits.sharedStreams`).
    static let tooManyStreams = Problem(.conflict, "problem.tooManyStreams")
    /// The page is older or newer than the server: reloading it helps.
    package static let unknownCommand = Problem(.notFound, "problem.unknownCommand")
}

extension LiveHandler {
    /// A page's question whether the link is alive, since a browser hides pings from it.
    static let ping = LiveHandler("ping", .everyone, isRemembered: false) { _ in nil }
}
