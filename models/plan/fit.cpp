#include "models/plan/eta.h"

#include "models/core/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::HubHealth;

/// Share of a ceiling above which the card warns.
constexpr double nearlyFull = 0.9;

/// The reason why nothing at all may be dropped here, empty when there is none.
QString refusal(const fleet::Fleet &fleet, const std::vector<HubHostName> &sources, const fleet::Stamp &target)
{
    const bool allHere = !sources.empty()
        && std::all_of(sources.begin(), sources.end(), [&target](const HubHostName &hub) { return hub == target.hub; });
    if (allHere)
        return u"They are here already"_s;
    if (target.health.state == HubHealth::State::Outage)
        return u"Refused: the hub does not answer"_s;
    if (target.health.state == HubHealth::State::FailingOver)
        return u"Refused: the hub is failing over"_s;
    if (!target.sku.hasTwins())
        return u"Refused: a basic hub (%1) has no twins"_s.arg(target.sku.name);
    const auto &linked = fleet.dps.linked;
    if (linked && std::find(linked->begin(), linked->end(), target.hub) == linked->end())
        return u"Refused: the hub is not linked to %1"_s.arg(fleet.dps.name);
    return {};
}

QString share(qint64 count, qint64 ceiling)
{
    return percent(static_cast<double>(count) / static_cast<double>(std::max<qint64>(1, ceiling)));
}

} // namespace

Fit fit(const fleet::Fleet &fleet, qint64 devices, const std::vector<HubHostName> &sources, const fleet::Stamp &target)
{
    const qint64 before = target.population() + target.arriving;
    Fit fit{.verdict = Verdict::Pass,
        .before = before,
        .after = before + devices,
        .ceiling = target.ceiling(),
        .sentence = {}};
    const QString refused = refusal(fleet, sources, target);
    if (!refused.isEmpty()) {
        fit.verdict = Verdict::Block;
        fit.after = before;
        fit.sentence = refused;
        return fit;
    }
    const QString count = counted(devices, u"device"_s);
    const Eta eta = etaOf(workOf(fleet, devices, sources, target), 0);
    const QString time = u"%1, limited by %2"_s.arg(about(eta), eta.bottleneck);
    if (!fit.ceiling) {
        fit.verdict = Verdict::Warn;
        fit.sentence = u"%1 · capacity not declared · %2"_s.arg(count, time);
        return fit;
    }
    if (fit.after > *fit.ceiling) {
        fit.verdict = Verdict::Block;
        fit.sentence = u"Refused: %1 of %2, %3 too many"_s.arg(
            grouped(fit.after), grouped(*fit.ceiling), grouped(fit.after - *fit.ceiling));
        return fit;
    }
    if (static_cast<double>(fit.after) > nearlyFull * static_cast<double>(*fit.ceiling))
        fit.verdict = Verdict::Warn;
    fit.sentence = u"%1 fit%2 · %3 → %4 · %5"_s.arg(
        count, devices == 1 ? u"s"_s : QString(), share(before, *fit.ceiling), share(fit.after, *fit.ceiling), time);
    return fit;
}

} // namespace drover::plan
