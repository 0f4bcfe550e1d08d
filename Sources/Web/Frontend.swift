import Mustache
package import Vocabulary

/// Everything in `Browser/`, made ready: assets compressed, templates and texts parsed.
///
/// It never changes. To make it is the longest part of a start, so servers in one process share one.
package struct Frontend: Sendable {
    package enum Failure: Error, Equatable {
        case missingTemplate(String)
        case malformedTemplate(String, String)
    }

    package let assets: Assets
    package let catalogue: Catalogue
    let files: [String: [UInt8]]
    private let library: MustacheLibrary

    package init(_ folder: BrowserFolder) throws {
        var library = MustacheLibrary()
        for (path, bytes) in folder.files(ending: ".mustache") {
            let name = String(path.dropLast(".mustache".count))
            do {
                try library.register(String(decoding: bytes, as: UTF8.self), named: name)
            } catch {
                throw Failure.malformedTemplate(name, "\(error)")
            }
        }
        self.library = library
        files = folder.files
        catalogue = try Catalogue(folder.files(under: "text/", ending: ".json"))
        assets = Assets(folder)
    }

    /// Reads the folder and makes it ready.
    package init(at directory: String) throws {
        try self.init(BrowserFolder(at: directory))
    }

    func render(_ template: String, _ model: [String: Any]) throws -> String {
        guard let text = library.render(model, withTemplate: template) else { throw Failure.missingTemplate(template) }
        return text
    }
}
