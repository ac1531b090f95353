#include "app/simulator/faults.h"

#include <algorithm>

namespace drover::simulator {

namespace {

/// Ten years of seconds.
constexpr double longestJump = 315'360'000;

constexpr std::string_view members[] = {"host", "route", "share", "times", "from", "until", "status", "retryAfter",
    "delay", "clockJump", "twice", "drop", "stall", "half", "loseAnswer", "body"};

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

std::optional<std::string> readKind(const Json &rule, Fault &fault)
{
    const auto number = [&](const char *name) { return rule.contains(name) && rule[name].is_number(); };
    const auto flag = [&](const char *name) { return rule.contains(name) && rule[name].is_boolean() && rule[name]; };
    fault.loseAnswer = flag("loseAnswer");
    if (number("retryAfter"))
        fault.retryAfter = rule["retryAfter"].get<int>();
    if (number("status")) {
        fault.status = rule["status"].get<int>();
        if (fault.status < 200 || fault.status > 599)
            return "\"status\" must be between 200 and 599";
    } else if (number("delay")) {
        fault.kind = FaultKind::Delay;
        fault.delay = static_cast<Millis>(std::clamp(rule["delay"].get<double>(), 0.0, longestJump) * 1000);
    } else if (number("clockJump")) {
        fault.kind = FaultKind::ClockJump;
        fault.jump = static_cast<Millis>(std::clamp(rule["clockJump"].get<double>(), -longestJump, longestJump) * 1000);
    } else if (flag("twice")) {
        fault.kind = FaultKind::Twice;
    } else if (rule.contains("body") && rule["body"].is_string()) {
        fault.kind = FaultKind::Body;
        fault.body = rule["body"].get<std::string>();
    } else if (flag("drop") || fault.loseAnswer) {
        fault.kind = FaultKind::Drop;
    } else if (flag("stall")) {
        fault.kind = FaultKind::Stall;
    } else if (flag("half")) {
        fault.kind = FaultKind::Half;
    } else {
        return "name one of \"status\", \"delay\" (seconds), \"clockJump\" (seconds), \"twice\", \"drop\", "
               "\"stall\", \"half\", \"loseAnswer\", \"body\" (text)";
    }
    return std::nullopt;
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

std::optional<std::string> Faults::add(const Json &rule, Millis now)
{
    if (!rule.is_object())
        return "a rule is a JSON object";
    if (m_rules.size() >= mostRules)
        return "there are 1000 rules already; DELETE /_sim/faults takes them away";
    FaultRule result;
    result.hostText = textOf(rule, "host");
    result.routeText = textOf(rule, "route");
    const std::optional<boost::regex> host = pattern(result.hostText);
    const std::optional<boost::regex> route = pattern(result.routeText);
    if (!host || !route)
        return "\"host\" and \"route\" are regular expressions of at most 256 characters";
    result.host = *host;
    result.route = *route;
    if (std::optional<std::string> wrong = readKind(rule, result.fault))
        return wrong;
    const auto number = [&](const char *name) -> std::optional<double> {
        return rule.contains(name) && rule[name].is_number() ? std::optional(rule[name].get<double>()) : std::nullopt;
    };
    for (const auto &[name, value] : rule.items()) {
        if (std::ranges::find(members, name) == std::end(members))
            return "\"" + name + "\" is no member of a rule";
    }
    result.share = number("share").value_or(1);
    if (const auto from = number("from"))
        result.from = now + static_cast<Millis>(std::clamp(*from, -longestJump, longestJump) * 1000);
    if (const auto until = number("until"))
        result.until = now + static_cast<Millis>(std::clamp(*until, -longestJump, longestJump) * 1000);
    result.times = static_cast<int>(std::clamp(number("times").value_or(-1), -1.0, 1e9));
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
