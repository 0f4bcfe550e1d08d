import ArgumentParser
import Foundation

/// Ends the program with a message for a person and a status for a program.
struct Failure: Error, CustomStringConvertible {
    /// As in sysexits.h.
    enum Code: Int32 {
        case unavailable = 69
        case software = 70
        case configuration = 78
    }

    let description: String
    let code: Code

    init(_ message: String, code: Code) {
        description = message
        self.code = code
    }
}

/// Runs a command's work; a `Failure` is printed and becomes the exit status.
func orExit(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let failure as Failure {
        FileHandle.standardError.write(Data((failure.description + "\n").utf8))
        throw ExitCode(failure.code.rawValue)
    }
}
