#include "app/simulator/options.h"

#include "app/simulator/scenario.h"

#include <charconv>
#include <functional>
#include <map>

namespace drover::simulator {

namespace {

template <typename Number>
bool readNumber(const std::string &text, Number least, Number most, Number &target)
{
    Number value {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most))
        return false;
    target = value;
    return true;
}

bool readAddress(const std::string &text, Options &options)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        return false;
    options.address = text.substr(0, colon) == "localhost" ? "127.0.0.1" : text.substr(0, colon);
    return options.address.starts_with("127.")
        && readNumber<std::uint16_t>(text.substr(colon + 1), 0, 65535, options.port);
}

using Setter = std::function<bool(const std::string &)>;

std::map<std::string, Setter> valueOptions(Options &options)
{
    const auto text = [](std::string &target) {
        return [&target](const std::string &value) {
            target = value;
            return !value.empty();
        };
    };
    return {{"--scenario", text(options.scenario)}, {"--tls-cert", text(options.certificateFile)},
        {"--tls-key", text(options.keyFile)}, {"--endpoints", text(options.endpointsFile)},
        {"--listen", [&](const std::string &value) { return readAddress(value, options); }},
        {"--speed", [&](const std::string &value) { return readNumber(value, 0.01, 100'000.0, options.speed); }},
        {"--seed", [&](const std::string &value) {
            return readNumber<std::uint64_t>(value, 0, UINT64_MAX, options.seed);
        }},
        {"--clock", [&](const std::string &value) { return (options.clock = fromIsoTime(value)).has_value(); }},
        {"--request-timeout", [&](const std::string &value) { return readNumber(value, 1, 3'600, options.requestTimeout); }},
        {"--connections", [&](const std::string &value) { return readNumber(value, 1, 1'000'000, options.connections); }},
        {"--latency", [&](const std::string &value) { return readNumber(value, 0, 600'000, options.latency); }},
        {"--parent-pid", [&](const std::string &value) { return readNumber(value, 1, INT32_MAX, options.parent); }}};
}

} // namespace

ParsedOptions parseOptions(const std::vector<std::string> &arguments)
{
    ParsedOptions result;
    Options &options = result.options;
    const std::map<std::string, Setter> withValue = valueOptions(options);
    const std::map<std::string, std::pair<bool *, bool>> flags = {{"--plain", {&options.plain, true}},
        {"--no-quotas", {&options.quotas, false}}, {"--exit-with-stdin", {&options.exitWithStdin, true}},
        {"--stopped-clock", {&options.stoppedClock, true}},
        {"--help", {&options.help, true}}, {"-h", {&options.help, true}}};
    for (std::size_t i = 0; i < arguments.size() && result.error.empty(); ++i) {
        const std::size_t equals = arguments[i].starts_with("--") ? arguments[i].find('=') : std::string::npos;
        const std::string name = arguments[i].substr(0, equals);
        if (const auto flag = flags.find(name); flag != flags.end() && equals == std::string::npos) {
            *flag->second.first = flag->second.second;
        } else if (const auto option = withValue.find(name); option == withValue.end()) {
            result.error = "unknown option " + name + "; see drover-azure --help";
        } else if (equals == std::string::npos && i + 1 == arguments.size()) {
            result.error = name + " needs a value; see drover-azure --help";
        } else {
            const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
            if (!option->second(value))
                result.error = name + " does not take \"" + value + "\"; see drover-azure --help";
        }
    }
    if (result.error.empty() && options.certificateFile.empty() != options.keyFile.empty())
        result.error = "--tls-cert and --tls-key belong together; give both or neither";
    return result;
}

std::string helpText()
{
    std::string scenarios;
    for (const BuiltInScenario &one : builtInScenarios())
        scenarios += (scenarios.empty() ? "" : ", ") + std::string(one.name);
    return R"(drover-azure: an Azure of your own on this machine. It serves DPS, IoT hubs, the management plane and
sign-in on one loopback port, told apart by host name, with devices that connect, answer and move.

  drover-azure --scenario small --endpoints azure.json --speed 60
  droverctl --endpoints azure.json stamps

Options
  --scenario NAME|FILE   what exists: )"
        + scenarios + R"(, or a JSON file (default small)
  --endpoints FILE       write what clients need: hosts, port, keys, tokens; the CA goes beside it
  --listen 127.0.0.1:N   where to listen; loopback only, port 0 takes a free one (default)
  --speed N              run the clock N times as fast: quota windows, Retry-After, devices (default 1)
  --clock TIME           start the clock at 2026-01-31T08:15:30Z, say, not at the present
  --stopped-clock        time passes only by POST /_sim/clock
  --seed N               the same seed and the same requests give the same answers (default 1)
  --no-quotas            count calls but refuse none
  --latency MS           delay each answer by so many real milliseconds
  --request-timeout SEC  hang up on a client that takes longer over one request (default 30)
  --connections N        how many clients may be connected at once; then those that were idle or slow for longest
                         have to go (default 5000)
  --plain                HTTP without TLS
  --tls-cert FILE --tls-key FILE
                         use this certificate instead of one by a CA made at the start
  --parent-pid PID       exit when that process is gone
  --exit-with-stdin      exit when standard input closes
  --help                 this text

Once ready it prints "listening on 127.0.0.1:PORT". Stop it with Ctrl-C or SIGTERM.

Clients keep Azure's host names and are sent to the port:
  curl --cacert azure-ca.pem --connect-to ::127.0.0.1:PORT -H "Authorization: Bearer $TOKEN" \
    "https://drover-small-lab.azure-devices.net/devices/meter-0001?api-version=2021-04-12"
Tokens, keys and connection strings stand in the file that --endpoints writes.

What really is the case it tells on the host "simulator" (or the plain address):
  curl --cacert azure-ca.pem https://127.0.0.1:PORT/_sim/truth
  A POST takes -H "Content-Type: application/json".
  GET /_sim/truth                     placement, double and lost identities, calls, quotas
  GET /_sim/devices/ID                one device, and what it believes
  GET /_sim/log                       the last requests, one JSON object a line
  GET|POST|DELETE /_sim/faults        what goes wrong; see below
  POST /_sim/hubs/NAME/outage         {"on":true}
  POST /_sim/hubs/NAME/failover       {"seconds":900}
  POST /_sim/clock                    {"advance":SECONDS}
  GET|POST /_sim/signin               {"approval":"manual"}: device codes and pages wait for an answer
  POST /_sim/signin/USERCODE          {"answer":"approve"}, or "decline", or "expire"
  DELETE /_sim/signin                 forgets all refresh tokens
  GET|POST /_sim/behavior             what Azure does where its documents do not say

A fault is {"host":REGEX,"route":REGEX,"share":0.1,"times":3,"from":SECONDS,"until":SECONDS} with one of
  "status":503 (and "retryAfter":7)   this answer, and nothing done
  "delay":SECONDS                     the answer comes late
  "drop":true                         nothing done, the connection closed
  "loseAnswer":true                   done, but the connection closed
  "half":true                         done, half of the answer sent
  "body":TEXT                         done, but this text is the answer's body
  "stall":true                        nothing done, no answer ever
  "twice":true                        delivered twice, the second answer sent
  "clockJump":SECONDS                 the clock jumps, back too, before the request
A storm of throttling: {"host":"azure-devices.net","status":429,"retryAfter":10,"share":0.8,"until":300}.

A scenario is a JSON file; resources/scenarios/scenario.schema.json describes it, and mistakes are told with their
line and member. The smallest one:
  {"stamps":[{"name":"a","capacity":100},{"name":"b","capacity":100}],
   "groups":[{"name":"pumps","stamp":"a","count":50,"idPattern":"pump-##"}]}
)";
}

} // namespace drover::simulator
