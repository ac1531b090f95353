#pragma once

#include "app/simulator/random.h"
#include "app/simulator/text.h"

#include <boost/regex.hpp>

#include <unordered_map>

namespace drover::simulator {

enum class FaultKind : std::uint8_t { Status, Delay, Drop, Stall, Half, Twice, ClockJump, Body };

/// What goes wrong with a request.
struct Fault {
    FaultKind kind = FaultKind::Status;
    int status = 503;
    /// Simulated seconds; none if negative.
    int retryAfter = -1;
    Millis delay = 0;
    /// By how much the clock jumps before the request; negative is back.
    Millis jump = 0;
    /// The request takes effect, only its answer is lost.
    bool loseAnswer = false;
    /// What is sent instead of the answer's own body.
    std::string body {};

    /// Whether the service sees the request at all.
    bool takesEffect() const
    {
        return loseAnswer || kind == FaultKind::Delay || kind == FaultKind::Half || kind == FaultKind::Twice
            || kind == FaultKind::ClockJump || kind == FaultKind::Body;
    }
};

/// One rule of `POST /_sim/faults`.
struct FaultRule {
    std::string hostText;
    std::string routeText;
    boost::regex host;
    boost::regex route;
    /// Whether the expressions fit a host and a route; asked anew for each request they would take most of its time.
    std::unordered_map<std::string, bool> verdicts {};
    double share = 1;
    Fault fault;
    std::optional<Millis> from;
    std::optional<Millis> until;
    int times = -1;
    int used = 0;
};

/// The rules in force, asked once for each request.
class Faults {
public:
    /// What is wrong with the rule, or nothing once it is in force. Times are seconds from now; `place`: where it stands.
    std::optional<std::string> add(const Json &rule, Millis now, const std::string &place = {});
    void clear() { m_rules.clear(); }
    std::optional<Fault> strike(const std::string &host, const std::string &route, Millis now, Random &random);
    Json shown() const;

private:
    std::vector<FaultRule> m_rules;
};

} // namespace drover::simulator
