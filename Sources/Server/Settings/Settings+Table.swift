extension Settings {
    /// The table of all options for `docs/operating.md`.
    package static var markdown: String {
        var lines = ["| setting | in the environment | default | meaning |", "| --- | --- | --- | --- |"]
        for option in Options.all {
            let fallback =
                option.fallbackText.isEmpty ? "" : option.fallbackText.contains(" ") ? option.fallbackText : "`\(option.fallbackText)`"
            let secret = option.isSecret ? " **Secret.**" : ""
            let form = option.form == "a text" || option.form == "a path" ? "" : " (\(option.form))"
            lines.append("| `\(option.name)` | `\(option.environmentName)` | \(fallback) | \(option.meaning)\(secret)\(form) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// All options for `sotto serve --help`.
    static var help: String {
        Options.all.map { option in
            let fallback = option.fallbackText.isEmpty ? "" : " Default: \(option.fallbackText)."
            return "\(option.name) (\(option.environmentName))\n  \(option.meaning)\(fallback)"
        }.joined(separator: "\n")
    }
}
