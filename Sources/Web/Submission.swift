package import Vocabulary

/// A form with what a person typed in it, and what is wrong with that.
package struct Submission: Sendable {
    package let form: Form
    var texts: [String: [String]]
    var files: [String: [UInt8]] = [:]
    private var fieldProblems: [String: Note] = [:]
    private var wholeProblem: Note?

    struct Note: Sendable, Equatable {
        let key: String
        let values: [String: String]
    }

    init(of form: Form, texts: [String: [String]] = [:]) {
        self.form = form
        self.texts = texts
    }

    /// Whether nothing is wrong with it so far.
    package var isAccepted: Bool { fieldProblems.isEmpty && wholeProblem == nil }

    /// Key of the text about the form as a whole, if something is wrong with that.
    package var wholeProblemKey: String? { wholeProblem?.key }

    /// The field's text; empty when nothing was typed.
    package func text(_ name: String) -> String { texts[name]?.first ?? "" }

    /// The field's text, nil when nothing was typed.
    package func optional(_ name: String) -> String? {
        let text = text(name)
        return text.isEmpty ? nil : text
    }

    /// The chosen words of a `choices` field.
    package func words(_ name: String) -> [String] { texts[name] ?? [] }

    /// Whether the box is ticked.
    package func flag(_ name: String) -> Bool { texts[name] != nil }

    /// The file's bytes, nil when none was chosen.
    package func file(_ name: String) -> [UInt8]? { files[name] }

    /// Notes that something is wrong with a field. `key` names a text of the catalogue. The first note on a field stays.
    package mutating func refuse(_ name: String, _ key: String, _ values: [String: String] = [:]) {
        precondition(form.fields.contains { $0.name == name }, "the form has no field \(name)")
        fieldProblems[name] = fieldProblems[name] ?? Note(key: key, values: values)
    }

    /// Notes that something is wrong with the form as a whole.
    package mutating func refuse(_ key: String, _ values: [String: String] = [:]) {
        wholeProblem = wholeProblem ?? Note(key: key, values: values)
    }
}

extension Submission {
    /// What templates read: `form.action`, `form.problem`, `form.problems` (list of `field`, `label`, `words`), and for each field
    /// `form.field.<name>` with `value`, `problem`, `isOn` (flags), `chosen.<word>` (choices), `maximum`, `isRequired`.
    /// Absent means absent. Secrets are not shown again.
    package func model(in language: Language, _ pages: some Pages) -> [String: Any] {
        var model: [String: Any] = ["action": form.action]
        if let wholeProblem {
            model["problem"] = pages.text(wholeProblem.key, wholeProblem.values, in: language)
        } else if !fieldProblems.isEmpty {
            model["problem"] = pages.text("problem.form", count: fieldProblems.count, [:], in: language)
        }
        model["problems"] = form.fields.compactMap { field in
            fieldProblems[field.name].map { note in
                var problem = ["field": field.name, "words": pages.text(note.key, note.values, in: language)]
                problem["label"] = pages.label(of: field.name, in: language)
                return problem
            }
        }
        model["field"] = Dictionary(uniqueKeysWithValues: form.fields.map { ($0.name, self.model(of: $0, in: language, pages)) })
        return model
    }

    private func model(of field: Form.Field, in language: Language, _ pages: some Pages) -> [String: Any] {
        var model: [String: Any] = ["name": field.name, "maximum": field.maximum]
        if field.isRequired { model["isRequired"] = true }
        if let note = fieldProblems[field.name] { model["problem"] = pages.text(note.key, note.values, in: language) }
        switch field.kind {
        case .line, .paragraph: model["value"] = optional(field.name)
        case .choice, .choices:
            model["value"] = optional(field.name)
            model["chosen"] = Dictionary(words(field.name).map { ($0, true) }, uniquingKeysWith: { first, _ in first })
        case .flag: if flag(field.name) { model["isOn"] = true }
        case .secret, .file: break
        }
        return model
    }
}

extension Pages {
    /// What a form calls the field; nil where only its own page has a word for it.
    fileprivate func label(of field: String, in language: Language) -> String? {
        let key = "problem.label.\(field)"
        let label = text(key, [:], in: language)
        return label == key ? nil : label
    }
}
