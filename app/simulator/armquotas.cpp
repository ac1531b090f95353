#include "app/simulator/armquotas.h"

#include <algorithm>
#include <cmath>

namespace drover::simulator {

namespace {

/// All callers of a subscription together may do so many times what one may.
constexpr int everybody = 15;

} // namespace

const char *ArmQuotas::name(Kind kind)
{
    return kind == Kind::Reads ? "reads" : kind == Kind::Writes ? "writes" : "deletes";
}

Millis ArmQuotas::Bucket::wait(Millis now)
{
    // A clock that is put back gives nothing and takes nothing.
    level = std::max(0.0, level - static_cast<double>(std::max<Millis>(0, now - drained)) / 1000.0 * perSecond);
    drained = now;
    const double missing = level + 1 - limit;
    return missing > 0 ? std::max<Millis>(1, static_cast<Millis>(std::ceil(missing / perSecond * 1000.0))) : 0;
}

int ArmQuotas::Bucket::left() const
{
    return std::max(0, static_cast<int>(std::floor(limit - level)));
}

void ArmQuotas::Bucket::fill()
{
    level += 1;
    highest = std::max(highest, static_cast<int>(std::ceil(level)));
}

ArmQuotas::Bucket &ArmQuotas::bucket(const std::string &principal, const std::string &scope, Kind kind)
{
    const int times = principal.empty() ? everybody : 1;
    const int limit = (kind == Kind::Reads ? 250 : 200) * times;
    const int perSecond = (kind == Kind::Reads ? 25 : 10) * times;
    const std::string key = std::string(scope.empty() ? "tenant-" : "subscription-")
        + (principal.empty() ? "global-" : "") + name(kind) + (principal.empty() ? "" : " of " + principal);
    return m_buckets.try_emplace(key, Bucket{limit, perSecond}).first->second;
}

ArmQuotas::Grant ArmQuotas::take(
    const std::string &principal, const std::string &scope, Kind kind, Millis now, bool enforced)
{
    Bucket &own = bucket(principal, scope, kind);
    Bucket &all = bucket({}, scope, kind);
    const Millis ownWait = own.wait(now);
    const Millis allWait = all.wait(now);
    if (const Millis wait = std::max(ownWait, allWait); wait > 0 && enforced) {
        ++(ownWait > 0 ? own : all).rejected;
        return {wait, own.left(), all.left()};
    }
    own.fill();
    all.fill();
    return {0, own.left(), all.left()};
}

Json ArmQuotas::truth() const
{
    Json rows = Json::array();
    for (const auto &[key, bucket] : m_buckets) {
        rows.push_back({{"service", "arm"}, {"quota", key}, {"limit", bucket.limit}, {"highest", bucket.highest},
            {"rejected", bucket.rejected}});
    }
    return rows;
}

} // namespace drover::simulator
