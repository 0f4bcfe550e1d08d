package import Foundation

/// Programs that a test runs beside itself.
package enum Shell {
    package struct Failed: Error {
        package let program: String
        package let status: Int32
        package let output: String
    }

    /// Runs a program to its end and gives what it printed.
    @discardableResult
    package static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        return try await run(process)
    }

    @discardableResult
    package static func run(_ process: Process) async throws -> String {
        let output = FileHandle(forUpdatingAtPath: TemporaryFile.make()) ?? .nullDevice
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        await ended(process)
        try output.seek(toOffset: 0)
        let text = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failed(program: process.executableURL?.lastPathComponent ?? "", status: process.terminationStatus, output: text)
        }
        return text
    }

    /// Returns when the program has ended.
    package static func ended(_ process: Process) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                process.waitUntilExit()
                continuation.resume()
            }
        }
    }
}

private enum TemporaryFile {
    static func make() -> String {
        let path = TemporaryFolder.path("output")
        FileManager.default.createFile(atPath: path, contents: nil)
        return path
    }
}

/// Ports nobody listens on.
package enum FreePort {
    /// A TCP port of 127.0.0.1 that was free a moment ago.
    package static func any() -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withAddress(0) { address in
            _ = bind(socket, address, length)
            _ = getsockname(socket, address, &length)
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
        }
    }

    /// A free TCP port below those that the system gives to whoever connects, so that a server which comes back still finds it free.
    package static func lasting() -> Int {
        var port = Int.random(in: 10_000..<30_000)
        while answers(port) { port = Int.random(in: 10_000..<30_000) }
        return port
    }

    /// Whether somebody listens there.
    package static func answers(_ port: Int) -> Bool {
        guard let socket = connect(to: port) else { return false }
        close(socket)
        return true
    }

    /// A connected socket, or nil.
    static func connect(to port: Int) -> Int32? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard withAddress(port, { Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }) == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    /// Makes `socket` listen, and says where.
    static func listen(_ socket: Int32) -> Int {
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withAddress(0) { address in
            _ = bind(socket, address, length)
            _ = Glibc.listen(socket, 100)
            _ = getsockname(socket, address, &length)
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
        }
    }

    private static func withAddress<Value>(_ port: Int, _ body: (UnsafeMutablePointer<sockaddr>) -> Value) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
