import Foundation
import Synchronization

/// As much of ClamAV's daemon as `INSTREAM` needs: it finds the EICAR test file and nothing else.
package final class FakeClamd: Sendable {
    package static let eicar = #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"#

    package let port: Int
    private let listener: Int32
    private let streams = Mutex(0)

    /// Files that were looked at.
    package var count: Int { streams.withLock { $0 } }

    package init() {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = FreePort.listen(listener)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.answer(client) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func answer(_ client: Int32) {
        defer { close(client) }
        guard Self.read(10, from: client) == Array("zINSTREAM\0".utf8) else { return }
        var file: [UInt8] = []
        while let length = Self.read(4, from: client)?.reduce(0, { $0 << 8 | Int($1) }), length > 0 {
            guard let piece = Self.read(length, from: client) else { return }
            file += piece
        }
        streams.withLock { $0 += 1 }
        let isFound = String(decoding: file, as: UTF8.self).contains("EICAR-STANDARD-ANTIVIRUS-TEST-FILE")
        let answer = Array((isFound ? "stream: Eicar-Test-Signature FOUND\0" : "stream: OK\0").utf8)
        _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
    }

    private static func read(_ count: Int, from client: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = bytes.withUnsafeMutableBytes { recv(client, $0.baseAddress?.advanced(by: have), count - have, 0) }
            guard got > 0 else { return nil }
            have += got
        }
        return bytes
    }
}
