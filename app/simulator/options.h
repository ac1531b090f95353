#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover::simulator {

/// What the command line asks for.
struct Options {
    std::string scenario = "small";
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::string certificateFile;
    std::string keyFile;
    bool plain = false;
    double speed = 1;
    /// Simulated milliseconds since 1970 at the start.
    std::optional<std::int64_t> clock;
    bool stoppedClock = false;
    std::uint64_t seed = 1;
    std::string endpointsFile;
    bool quotas = true;
    int latency = 0;
    /// Real seconds that a client may take over a request.
    int requestTimeout = 30;
    /// How many clients may be connected at once.
    int connections = 5'000;
    int parent = 0;
    bool exitWithStdin = false;
    bool help = false;
};

/// The options, or what is wrong with them.
struct ParsedOptions {
    Options options;
    std::string error;
};

ParsedOptions parseOptions(const std::vector<std::string> &arguments);
std::string helpText();

} // namespace drover::simulator
