import Foundation
import Synchronization

/// Stands between a client and a server on 127.0.0.1, and cuts the line when told to.
package final class CuttingProxy: Sendable {
    /// Where the line is cut when the client says the word.
    package enum Cut: Sendable {
        /// Before the server hears it.
        case before
        /// After the server heard it, and before the client hears the answer.
        case after
    }

    package let port: Int
    private let listener: Int32
    private let server: Int
    private let word: [UInt8]
    private let before: [UInt8]
    private let cut = Mutex<Cut?>(nil)

    /// Passes everything on to `server`, until `cutNext`.
    ///
    /// - Parameter before: what must have been said on the same connection, if not nothing.
    package init(to server: Int, word: String, after before: String = "") {
        self.server = server
        self.word = Array(word.utf8)
        self.before = Array(before.utf8)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = FreePort.listen(listener)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                self.join(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Cuts the next connection on which the word is said.
    package func cutNext(_ cut: Cut) { self.cut.withLock { $0 = cut } }

    private func join(_ client: Int32) {
        guard let upstream = FreePort.connect(to: server) else {
            close(client)
            return
        }
        Thread.detachNewThread {
            var isSaid = self.before.isEmpty
            self.pump(from: client, to: upstream) { bytes in
                isSaid = isSaid || Data(bytes).range(of: Data(self.before)) != nil
                return isSaid ? self.takeCut(bytes) : nil
            }
            Self.end(client, upstream)
        }
        Thread.detachNewThread {
            self.pump(from: upstream, to: client) { _ in nil }
            Self.end(client, upstream)
        }
    }

    private func pump(from source: Int32, to target: Int32, cut: ([UInt8]) -> Cut?) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { return }
            let bytes = Array(buffer[..<count])
            switch cut(bytes) {
            case .before?: return
            case .after?:
                // The answer is not waited for here: the other direction is cut with the first byte of it.
                shutdown(source, Int32(SHUT_RDWR))
                _ = Self.send(bytes, to: target)
                // The server closes when it has done what it was told and finds nobody there.
                shutdown(target, Int32(SHUT_WR))
                while read(target, &buffer, buffer.count) > 0 {}
                return
            case nil: guard Self.send(bytes, to: target) else { return }
            }
        }
    }

    private func takeCut(_ bytes: [UInt8]) -> Cut? {
        guard Data(bytes).range(of: Data(word)) != nil else { return nil }
        return cut.withLock { cut in
            defer { cut = nil }
            return cut
        }
    }

    private static func send(_ bytes: [UInt8], to target: Int32) -> Bool {
        Glibc.send(target, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    private static func end(_ sockets: Int32...) {
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }
}
