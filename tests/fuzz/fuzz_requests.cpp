#include "tests/fuzz/parsers.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

const drover::fuzz::Parser *chosen = nullptr;

} // namespace

/// The first argument names the parser.
extern "C" int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    chosen = *count > 1 ? drover::fuzz::parserOf((*arguments)[1]) : nullptr;
    if (!chosen) {
        std::fputs("fuzz_requests PARSER [libFuzzer's options] [CORPUS]; the parsers are\n", stderr);
        for (const auto &one : drover::fuzz::parsers())
            std::fprintf(stderr, "  %s\n", one.name.data());
        std::exit(2);
    }
    (*arguments)[1] = (*arguments)[0];
    ++*arguments;
    --*count;
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    chosen->read(std::string(reinterpret_cast<const char *>(data), size));
    return 0;
}
