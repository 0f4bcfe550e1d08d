import Foundation
package import Storage

/// Why the root key could not be had. Texts say how to mend it.
package struct RootKeyProblem: Error, CustomStringConvertible {
    package let description: String
}

extension RootKeys {
    /// The root keys from where the settings say they are. A missing file is made with a fresh key, mode 0600, when `makes` is true.
    package static func load(_ settings: Settings, makes: Bool) throws -> RootKeys {
        settings.rootKeyCommand.isEmpty
            ? try read(file: settings.rootKey, makes: makes) : try ask(settings.rootKeyCommand)
    }

    private static func read(file path: String, makes: Bool) throws -> RootKeys {
        let files = FileManager.default
        if !files.fileExists(atPath: path) {
            guard makes else { throw RootKeyProblem(description: "The root key \(path) does not exist.") }
            try PrivateFile.makeFolder((path as NSString).deletingLastPathComponent)
            try PrivateFile.write(newLine() + "\n", to: path)
        }
        guard let mode = try? files.attributesOfItem(atPath: path)[.posixPermissions] as? Int else {
            throw RootKeyProblem(description: "The root key \(path) cannot be read.")
        }
        guard mode & 0o077 == 0 else {
            throw RootKeyProblem(description: "Others can read the root key \(path). Run: chmod 600 '\(path)'")
        }
        guard let data = files.contents(atPath: path) else { throw RootKeyProblem(description: "The root key \(path) cannot be read.") }
        guard let keys = RootKeys(text: String(decoding: data, as: UTF8.self)) else {
            throw RootKeyProblem(description: "The root key \(path) is damaged. Put back your copy of it.")
        }
        return keys
    }

    private static func ask(_ command: String) throws -> RootKeys {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw RootKeyProblem(
                description: "keys.rootCommand ended with status \(process.terminationStatus) instead of printing the root key.")
        }
        guard let keys = RootKeys(text: String(decoding: data, as: UTF8.self)) else {
            throw RootKeyProblem(description: "keys.rootCommand printed something that is not a root key.")
        }
        return keys
    }
}
