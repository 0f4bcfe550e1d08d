import Foundation
import TestKit
import Testing

/// The scanner must find what is there: a scan that finds nothing proves something only then.
@Suite struct MarkerScanTests {
    private let stem = "Qz7vXk4Wm9Jd"
    private var marker: String { "before \(stem)-profile.name after" }
    private var scan: MarkerScan { MarkerScan(stem: stem) }

    @Test("C58: a marker is found however it is written", arguments: 0..<3)
    func writing(alignment: Int) {
        let text = String(repeating: "x", count: alignment) + marker
        let data = Data(text.utf8)
        let hex = data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let forms: [String: [UInt8]] = [
            "raw": Array(data), "lower": Array(text.lowercased().utf8), "upper": Array(text.uppercased().utf8),
            "utf16le": Array(text.data(using: .utf16LittleEndian)!), "utf16be": Array(text.data(using: .utf16BigEndian)!),
            "base64": Array(data.base64EncodedString().utf8), "hex": Array(hex.joined().utf8),
            "HEX": Array(hex.joined().uppercased().utf8), "url": Array(hex.map { "%" + $0.uppercased() }.joined().utf8),
        ]
        for (name, bytes) in forms { #expect(!scan.bytes(bytes, named: name).isEmpty, "\(name) is overlooked") }
    }

    @Test(
        "C58: a marker is found inside archives, and archives in archives",
        arguments: ["zip", "gztar", "tar", "zip-in-gztar", "zlib-in-the-middle"])
    func archives(kind: String) async throws {
        let folder = TemporaryFolder.make()
        try await Shell.run(
            "/usr/bin/python3",
            [
                "-c",
                """
                import os, shutil, sys, zlib
                folder, kind, marker = sys.argv[1:]
                os.makedirs(folder + "/in"); os.makedirs(folder + "/out")
                open(folder + "/in/note.txt", "w").write("a" * 5000 + marker + "b" * 5000)
                if kind == "zlib-in-the-middle":
                    open(folder + "/out/page", "wb").write(os.urandom(1000) + zlib.compress(open(folder + "/in/note.txt", "rb").read()) + os.urandom(1000))
                elif kind == "zip-in-gztar":
                    os.makedirs(folder + "/inner")
                    shutil.make_archive(folder + "/inner/notes", "zip", folder + "/in")
                    shutil.make_archive(folder + "/out/notes", "gztar", folder + "/inner")
                else:
                    shutil.make_archive(folder + "/out/notes", kind, folder + "/in")
                """, folder, kind, marker,
            ])
        #expect(try !scan.directory(folder + "/out").isEmpty)
    }

    @Test("C58: a file name can tell too")
    func names() throws {
        let folder = TemporaryFolder.make()
        FileManager.default.createFile(atPath: "\(folder)/\(stem).txt", contents: nil)
        #expect(try scan.directory(folder).map(\.form) == ["file name"])
    }

    @Test("C58: nothing is found where nothing is")
    func nothing() throws {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(scan.bytes(bytes, named: "noise").isEmpty)
        #expect(scan.bytes(Array("Qz7vXk4Wm9J and no more".utf8), named: "nearly").isEmpty)
        #expect(scan.bytes([], named: "empty").isEmpty)
    }
}
