#pragma once

#include "app/simulator/text.h"

#include <map>

namespace drover::simulator {

/// What Resource Manager allows of calls: a bucket that fills again steadily, for each caller, scope and kind of call.
class ArmQuotas {
public:
    enum class Kind : std::uint8_t { Reads, Writes, Deletes };
    struct Grant {
        /// 0 if granted.
        Millis wait = 0;
        int remaining = 0;
        int remainingForAll = 0;
    };

    /// `scope`: a subscription, or empty for calls to the tenant.
    Grant take(const std::string &principal, const std::string &scope, Kind kind, Millis now, bool enforced);
    /// Rows of the quotas of `/_sim/truth`.
    Json truth() const;
    static const char *name(Kind kind);

private:
    struct Bucket {
        int limit;
        int perSecond;
        double level = 0;
        Millis drained = 0;
        int highest = 0;
        std::uint64_t rejected = 0;

        Millis wait(Millis now);
        int left() const;
        void fill();
    };
    Bucket &bucket(const std::string &principal, const std::string &scope, Kind kind);

    std::map<std::string, Bucket> m_buckets;
};

} // namespace drover::simulator
