import Foundation

extension Form.Field {
    /// The text in the form in which it is kept: one spelling for what looks the same (Unicode NFC), no white space around.
    func normalise(_ text: String) -> String {
        switch kind {
        case .line: text.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        case .paragraph:
            text.replacingOccurrences(of: "\r\n", with: "\n").precomposedStringWithCanonicalMapping
                .trimmingCharacters(in: .whitespacesAndNewlines)
        // RFC 8265 §4.2.1: the same password typed on two keyboards is the same.
        case .secret: text.precomposedStringWithCanonicalMapping
        case .choice, .choices, .flag, .file: text
        }
    }

    /// Notes what is wrong with the field's value. Throws what only a hand-made request can contain.
    func check(_ filled: inout Submission) throws(Problem) {
        switch kind {
        case .line, .paragraph, .secret: try checkText(&filled)
        case .choice(let words): try checkWords(words, &filled)
        case .choices(let words): try checkWords(words, &filled)
        case .flag:
            if let value = filled.texts[name]?.first, !["on", "yes"].contains(value) { throw .malformed }
            if isRequired, !filled.flag(name) { filled.refuse(name, "problem.field.unticked") }
        case .file:
            let bytes = filled.files[name] ?? []
            // Browsers send an empty file where none was chosen.
            if bytes.isEmpty { filled.files[name] = nil }
            if isRequired, bytes.isEmpty { filled.refuse(name, "problem.field.noFile") }
            if bytes.count > maximum {
                filled.files[name] = nil
                filled.refuse(name, "problem.field.largeFile", ["limit": String(maximum / 1_000_000)])
            }
        }
    }

    private func checkText(_ filled: inout Submission) throws(Problem) {
        let text = filled.text(name)
        guard !text.unicodeScalars.contains(where: isForbidden) else { throw .malformed }
        if isRequired, text.isEmpty { filled.refuse(name, "problem.field.missing") }
        if text.count > maximum { filled.refuse(name, "problem.field.tooLong", ["limit": String(maximum), "length": String(text.count)]) }
    }

    private func checkWords(_ words: [String], _ filled: inout Submission) throws(Problem) {
        let chosen = filled.texts[name] ?? []
        guard chosen.allSatisfy(words.contains), Set(chosen).count == chosen.count else { throw .malformed }
        if isRequired, chosen.isEmpty { filled.refuse(name, "problem.field.unchosen") }
    }

    /// Control characters other than the line ends and tabs of a paragraph. Direction marks stay: names in right-to-left scripts need them.
    private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if kind == .paragraph, scalar == "\n" || scalar == "\t" { return false }
        return scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
