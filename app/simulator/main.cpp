#include "app/simulator/endpoints.h"
#include "app/simulator/scenario.h"
#include "app/simulator/server.h"

#include <sys/resource.h>

#include <csignal>
#include <iostream>

using namespace drover::simulator;

namespace {

int complain(const std::string &problem, int exitCode)
{
    std::cerr << "drover-azure: " << problem << '\n';
    return exitCode;
}

void allowManyConnections()
{
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

int main(int argc, char **argv)
{
    const ParsedOptions parsed = parseOptions({argv + 1, argv + argc});
    if (!parsed.error.empty())
        return complain(parsed.error, 2);
    const Options &options = parsed.options;
    if (options.help) {
        std::cout << helpText();
        return 0;
    }
    std::signal(SIGPIPE, SIG_IGN);
    allowManyConnections();
    LoadedWorld loaded = loadScenario(
        options.scenario, {options.speed, options.clock, options.stoppedClock}, options.seed);
    if (!loaded.world)
        return complain(loaded.error, 2);
    loaded.world->enforceQuotas = options.quotas;
    Azure azure(std::move(loaded.world));
    Server server(azure, options);
    if (const auto problem = server.listen())
        return complain(*problem, 1);
    if (!options.endpointsFile.empty()) {
        if (const auto problem = writeEndpoints(azure.world(), options, server.port(), server.caPem()))
            return complain(*problem, 1);
    }
    std::cout << "listening on " << options.address << ':' << server.port() << '\n' << std::flush;
    server.run();
    return 0;
}
