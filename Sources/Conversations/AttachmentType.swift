import Foundation

/// What a file is, by its first bytes and not by what it claims. **What is not listed is not taken.**
package struct AttachmentType: Sendable, Equatable {
    /// As it is served.
    package let name: String
    /// Pictures are made anew before anybody sees them.
    package let isPicture: Bool

    private init(_ name: String, isPicture: Bool = false) {
        self.name = name
        self.isPicture = isPicture
    }

    /// Bytes that are looked at.
    package static let needed = 4096

    private static let signatures: [(start: [UInt8], at: Int, type: AttachmentType)] = [
        ([0xFF, 0xD8, 0xFF], 0, .init("image/jpeg", isPicture: true)),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], 0, .init("image/png", isPicture: true)),
        (Array("GIF8".utf8), 0, .init("image/gif", isPicture: true)),
        (Array("WEBP".utf8), 8, .init("image/webp", isPicture: true)),
        (Array("%PDF-".utf8), 0, .init("application/pdf")),
        (Array("ID3".utf8), 0, .init("audio/mpeg")),
        (Array("OggS".utf8), 0, .init("audio/ogg")),
        (Array("fLaC".utf8), 0, .init("audio/flac")),
        (Array("WAVE".utf8), 8, .init("audio/wav")),
        (Array("ftyp".utf8), 4, .init("video/mp4")),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, .init("video/webm")),
        ([0x50, 0x4B, 0x03, 0x04], 0, .init("application/zip")),
    ]

    /// Containers whose content is told by the name alone; they are all zip files.
    private static let containers = [
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odp": "application/vnd.oasis.opendocument.presentation",
    ]

    /// What a double click would run although its bytes look like something harmless: scripts are plain text, programs are zip files, and
    /// some readers look for a script anywhere in a file.
    private static let running: Set<String> = [
        "apk", "appref-ms", "application", "bat", "chm", "cmd", "com", "command", "cpl", "desktop", "docm", "dotm", "exe", "gadget", "hta",
        "htm", "html", "inf", "iqy", "jar", "jnlp", "js", "jse", "library-ms", "lnk", "mht", "mhtml", "msc", "msi", "mst", "pif", "potm",
        "ppam", "pptm", "ps1", "psd1", "psm1", "py", "reg", "scf", "scr", "sct", "search-ms", "settingcontent-ms", "sh", "shs", "sldm",
        "slk", "svg", "svgz", "url", "vb", "vbe", "vbs", "ws", "wsc", "wsf", "wsh", "xht", "xhtml", "xlam", "xll", "xlsm", "xltm",
    ]

    /// What follows the last point of a name, as the systems read it that overlook points and spaces at its end.
    private static func ending(of name: String) -> String {
        let whole = name.reversed().drop { $0 == "." || $0.isWhitespace }
        guard whole.contains(".") else { return "" }
        return String(whole.prefix { $0 != "." }.reversed()).lowercased()
    }

    /// Nil for what is not taken. `start`: the first `needed` bytes, or all there are.
    package init?(of start: [UInt8], named name: String) {
        let ending = Self.ending(of: name)
        if Self.running.contains(ending) { return nil }
        let found = Self.signatures.first { signature in
            start.count >= signature.at + signature.start.count
                && start[signature.at..<signature.at + signature.start.count].elementsEqual(signature.start)
        }
        if let type = found?.type {
            self = type.name == "application/zip" ? Self.containers[ending].map { .init($0) } ?? type : type
        } else if Self.isPlainText(start) {
            self.init("text/plain; charset=utf-8")
        } else {
            return nil
        }
    }

    /// UTF-8 without control characters that does not begin like something a browser or a shell would run.
    private static func isPlainText(_ start: [UInt8]) -> Bool {
        // The last character may be cut in two.
        let whole = (0...3).lazy.compactMap { cut in String(validating: start.dropLast(start.count >= needed ? cut : 0), as: UTF8.self) }
            .first
        guard let text = whole, !text.isEmpty,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" || $0 == "\r" })
        else { return false }
        let head = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return !head.hasPrefix("<") && !head.hasPrefix("#!")
    }
}
