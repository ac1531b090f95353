#include "tests/fuzz/parsers.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

/// Gives every parser the texts in the folder of its name; the fuzzer's finds are kept there.
int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    bool complete = true;
    for (const drover::fuzz::Parser &parser : drover::fuzz::parsers()) {
        const std::filesystem::path folder = std::filesystem::path(arguments[1]) / parser.name;
        int texts = 0;
        std::error_code missing;
        for (const auto &entry : std::filesystem::directory_iterator(folder, missing)) {
            std::printf("%s\n", entry.path().c_str());
            std::fflush(stdout);
            std::ostringstream text;
            text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
            parser.read(text.str());
            ++texts;
        }
        if (texts == 0) {
            std::printf("no text in %s\n", folder.c_str());
            complete = false;
        }
    }
    return complete ? 0 : 1;
}
