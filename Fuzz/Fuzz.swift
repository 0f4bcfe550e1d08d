import Glibc
import MediaFuzzers

// libFuzzer brings its own `main` and calls this with inputs that it grows towards code it has not seen yet.
// Which parser they go to is chosen by SOTTO_TEST_FUZZ, because one program links the server once for all of them.

private let chosen: Fuzzer = {
    let name = getenv("SOTTO_TEST_FUZZ").map { String(cString: $0) } ?? ""
    if let fuzzer = Fuzzer.all.first(where: { $0.name == name }) { return fuzzer }
    for fuzzer in Fuzzer.all { puts(fuzzer.name) }
    exit(name.isEmpty ? 0 : 64)
}()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
    _ = chosen
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    chosen.feed(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
