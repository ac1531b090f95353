#include "models/plan/permission.h"

#include "models/plan/facts.h"

#include <QDateTime>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// The window that closes last of those that are open, and when.
std::pair<const fleet::Window *, Instant> openWindow(const fleet::Rules &rules, const StampName &stamp, Instant now)
{
    std::pair<const fleet::Window *, Instant> open{};
    for (const fleet::Window &window : rules.windows) {
        const std::optional<Instant> end = window.concerns(stamp) ? window.closes(now) : std::nullopt;
        if (end && (!open.first || *end > open.second))
            open = {&window, *end};
    }
    return open;
}

const fleet::Window *nextWindow(const fleet::Rules &rules, const StampName &stamp, Instant now)
{
    const fleet::Window *next = nullptr;
    for (const fleet::Window &window : rules.windows) {
        if (window.concerns(stamp) && (!next || window.opens(now) < next->opens(now)))
            next = &window;
    }
    return next;
}

/// The hubs of a plan's devices, each once.
std::vector<HubHostName> hubsOf(const Plan &plan, HubHostName PlannedDevice::*side)
{
    std::vector<HubHostName> hubs;
    for (const PlannedDevice &device : plan.devices) {
        if (std::ranges::find(hubs, device.*side) == hubs.end())
            hubs.push_back(device.*side);
    }
    return hubs;
}

} // namespace

QString siteTime(Instant at, const QTimeZone &zone)
{
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count(), zone);
    return u"%1 (%2)"_s.arg(local.toString(u"ddd yyyy-MM-dd HH:mm"_s), QString::fromUtf8(zone.id()));
}

std::optional<QString> openUntil(const fleet::Rules &rules, const fleet::Stamp &stamp, Instant now)
{
    const auto [window, end] = openWindow(rules, stamp.name, now);
    return window ? std::optional(siteTime(end, window->zone)) : std::nullopt;
}

std::optional<Shut> shutNow(const fleet::Rules &rules, const fleet::Stamp &stamp, Instant now)
{
    const QString name = titleOf(&stamp, stamp.hub);
    for (const fleet::Freeze &freeze : rules.freezes) {
        if (freeze.concerns(stamp.name) && freeze.from <= now && now < freeze.to)
            return Shut{.evidence = u"%1 is frozen until %2%3."_s.arg(
                            name, siteTime(freeze.to, freeze.zone), freeze.why.isEmpty() ? QString() : u": "_s + freeze.why),
                .remedy = u"Wait for the end of the freeze."_s};
    }
    const fleet::Window *next = nextWindow(rules, stamp.name, now);
    if (!next || openWindow(rules, stamp.name, now).first)
        return std::nullopt;
    return Shut{.evidence = u"%1 may not be changed now; its next window opens %2."_s.arg(name, siteTime(next->opens(now), next->zone)),
        .remedy = u"Go on inside the window."_s};
}

Result<void> mayChangeNow(const Plan &plan, const fleet::Rules &rules, std::span<const fleet::Stamp> stamps, Instant now)
{
    if (!plan.undoes.isEmpty())
        return {};
    const std::vector<HubHostName> targets = hubsOf(plan, &PlannedDevice::target);
    const std::vector<HubHostName> sources = hubsOf(plan, &PlannedDevice::source);
    for (const fleet::Stamp &stamp : stamps) {
        const bool isTarget = std::ranges::find(targets, stamp.hub) != targets.end();
        if (!isTarget && std::ranges::find(sources, stamp.hub) == sources.end())
            continue;
        if (const std::optional<Shut> shut = shutNow(rules, stamp, now))
            return fail(ErrorKind::Blocked, shut->evidence, shut->remedy);
        for (const fleet::Rule &rule : rules.rules) {
            if (isTarget && rule.kind == fleet::Rule::Kind::Excluded && rule.stamps.contains(stamp.name))
                return fail(ErrorKind::Blocked, u"Nothing may be moved to %1 any more (rule \"%2\")."_s.arg(titleOf(&stamp, stamp.hub), rule.name),
                    u"Stop this run, or have the rule changed by its owner."_s);
        }
    }
    return {};
}

} // namespace drover::plan
