#include "app/simulator/faults.h"

#include "app/simulator/reader.h"

#include <algorithm>
#include <cmath>

namespace drover::simulator {

namespace {

/// Ten years of seconds.
constexpr double longestJump = 315'360'000;

constexpr std::size_t longestPattern = 256;
constexpr std::size_t mostRules = 1'000;

std::optional<boost::regex> pattern(const std::string &text)
{
    if (text.size() > longestPattern)
        return std::nullopt;
    try {
        return boost::regex(text.empty() ? ".*" : text, boost::regex::ECMAScript | boost::regex::icase);
    } catch (const std::runtime_error &) {
        return std::nullopt;
    }
}

/// An expression that backtracks without end gives up, and fits nothing.
bool occurs(const std::string &text, const boost::regex &expression)
{
    try {
        return boost::regex_search(text, expression);
    } catch (const std::runtime_error &) {
        return false;
    }
}

bool concerns(FaultRule &rule, const std::string &host, const std::string &route)
{
    constexpr std::size_t most = 10'000;
    if (rule.verdicts.size() >= most)
        rule.verdicts.clear();
    const auto [verdict, fresh] = rule.verdicts.try_emplace(host + '\n' + route, false);
    if (fresh)
        verdict->second = occurs(host, rule.host) && occurs(route, rule.route);
    return verdict->second;
}

Millis millis(double seconds) { return static_cast<Millis>(std::llround(seconds * 1000)); }

struct Kind {
    const char *member;
    FaultKind kind;
};
constexpr Kind kinds[] = {{"status", FaultKind::Status}, {"delay", FaultKind::Delay}, {"clockJump", FaultKind::ClockJump},
    {"twice", FaultKind::Twice}, {"body", FaultKind::Body}, {"drop", FaultKind::Drop}, {"stall", FaultKind::Stall},
    {"half", FaultKind::Half}};
constexpr const char *allKinds = "\"status\", \"delay\" (seconds), \"clockJump\" (seconds), \"twice\", \"drop\", "
                                 "\"stall\", \"half\", \"loseAnswer\", \"body\" (text)";

/// A flag that is false is no kind.
bool isNamed(const Json &rule, const char *member)
{
    const auto found = rule.find(member);
    return found != rule.end() && !found->is_null() && *found != Json(false);
}

/// What goes wrong: one thing, and with the status also whether it is done all the same.
Fault readFault(Reader &reader, const Json &rule)
{
    Fault fault;
    std::vector<Kind> named;
    std::ranges::copy_if(kinds, std::back_inserter(named), [&](const Kind &one) { return isNamed(rule, one.member); });
    fault.loseAnswer = reader.flag("loseAnswer", false);
    if (named.empty() && !fault.loseAnswer)
        reader.fail(std::string("name one of ") + allKinds);
    if (named.size() > 1)
        reader.fail("cannot stand beside " + std::string(named[0].member) + ": a rule does one thing", named[1].member);
    fault.kind = named.empty() ? FaultKind::Drop : named.front().kind;
    fault.status = static_cast<int>(reader.number("status", 200, 599, fault.status));
    fault.retryAfter = static_cast<int>(reader.number("retryAfter", 0, 86'400, -1));
    fault.delay = millis(reader.real("delay", 0, longestJump, 0));
    fault.jump = millis(reader.real("clockJump", -longestJump, longestJump, 0));
    fault.body = reader.text("body", std::string());
    for (const char *flag : {"twice", "drop", "stall", "half"})
        reader.flag(flag, false);
    return fault;
}

std::string kindText(const Fault &fault)
{
    switch (fault.kind) {
    case FaultKind::Status: return "status";
    case FaultKind::Delay: return "delay";
    case FaultKind::Drop: return fault.loseAnswer ? "loseAnswer" : "drop";
    case FaultKind::Stall: return "stall";
    case FaultKind::Half: return "half";
    case FaultKind::Twice: return "twice";
    case FaultKind::ClockJump: return "clockJump";
    case FaultKind::Body: return "body";
    }
    return {};
}

} // namespace

std::optional<std::string> Faults::add(const Json &rule, Millis now, const std::string &place)
{
    std::string error;
    Reader reader(rule, place, error);
    if (!error.empty())
        return error;
    if (m_rules.size() >= mostRules)
        return "there are 1000 rules already; DELETE /_sim/faults takes them away";
    FaultRule result;
    result.hostText = reader.text("host", std::string());
    result.routeText = reader.text("route", std::string());
    for (const char *member : {"host", "route"}) {
        const std::optional<boost::regex> expression = pattern(*member == 'h' ? result.hostText : result.routeText);
        if (expression)
            (*member == 'h' ? result.host : result.route) = *expression;
        else
            reader.fail("must be a regular expression of at most 256 characters", member);
    }
    result.fault = readFault(reader, rule);
    result.share = reader.real("share", 0, 1, 1);
    result.times = static_cast<int>(reader.number("times", 0, 1'000'000'000, -1));
    if (const double from = reader.real("from", 0, longestJump, -1); from >= 0)
        result.from = now + millis(from);
    if (const double until = reader.real("until", 0, longestJump, -1); until >= 0)
        result.until = now + millis(until);
    if (result.from && result.until && *result.until <= *result.from)
        reader.fail("must be later than from", "until");
    reader.done();
    if (!error.empty())
        return error;
    m_rules.push_back(std::move(result));
    return std::nullopt;
}

std::optional<Fault> Faults::strike(const std::string &host, const std::string &route, Millis now, Random &random)
{
    for (FaultRule &rule : m_rules) {
        if ((rule.from && now < *rule.from) || (rule.until && now >= *rule.until))
            continue;
        if (rule.times >= 0 && rule.used >= rule.times)
            continue;
        if (!concerns(rule, host, route))
            continue;
        if (rule.share < 1 && !random.chance(rule.share))
            continue;
        ++rule.used;
        return rule.fault;
    }
    return std::nullopt;
}

Json Faults::shown() const
{
    Json result = Json::array();
    for (const FaultRule &rule : m_rules) {
        result.push_back({{"host", rule.hostText}, {"route", rule.routeText}, {"kind", kindText(rule.fault)},
            {"share", rule.share}, {"times", rule.times}, {"used", rule.used}});
    }
    return result;
}

} // namespace drover::simulator
