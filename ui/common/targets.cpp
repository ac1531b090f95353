#include "ui/common/targets.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

std::optional<QString> refusal(const fleet::Fleet &fleet, const fleet::SetFacts &set, const fleet::Stamp &target, bool unlocked)
{
    if (set.sources.size() == 1 && set.sources.front() == target.hub)
        return u"These devices are here already"_s;
    if (unlocked)
        return std::nullopt;
    if (target.ring == fleet::Ring::Production)
        return u"Production is read-only until unlocked"_s;
    for (const HubHostName &hub : set.sources) {
        const fleet::Stamp *source = fleet.stampOfHub(hub);
        if (source != nullptr && source->ring == fleet::Ring::Production)
            return u"Production is read-only until unlocked: the devices are on %1"_s.arg(source->title);
    }
    return std::nullopt;
}

} // namespace

std::vector<Offer> offers(const fleet::Fleet &fleet, const fleet::SetFacts &set, bool productionUnlocked)
{
    std::vector<Offer> all;
    for (const fleet::Stamp &stamp : fleet.stamps) {
        Offer offer {.stamp = stamp.name, .title = stamp.title, .fit = plan::fit(fleet, set.devices, set.sources, stamp)};
        if (const auto reason = refusal(fleet, set, stamp, productionUnlocked)) {
            offer.fit.verdict = plan::Verdict::Block;
            offer.fit.sentence = *reason;
        }
        all.push_back(std::move(offer));
    }
    return all;
}

QString verdictWord(plan::Verdict verdict)
{
    static const std::array words {u"fits"_s, u"warns"_s, u"refused"_s};
    return words[static_cast<size_t>(verdict)];
}

} // namespace drover::ui
