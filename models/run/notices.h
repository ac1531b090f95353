#pragma once

#include "models/run/runstatus.h"

namespace drover::run {

/// Something that a person wants to hear of who does not watch the run.
struct Notice {
    enum class Kind { GatePassed, GateFailed, GateInconclusive, Paused, Stopped, Failed, Finished };
    Kind kind = Kind::GatePassed;
    QString run;
    QString title;
    QString sentence;
    Instant at = {};
    int total = 0;
    int verified = 0;
    int failed = 0;
    bool operator==(const Notice &) const = default;
};
/// "gate-failed", "finished", …: for programs.
QString noticeName(Notice::Kind kind);

/// Turns the looks at one run into notices, each told once.
class Notices final {
public:
    /// What is so already is not told.
    explicit Notices(const RunStatus &now);

    std::vector<Notice> next(const RunStatus &status);

private:
    Phase m_phase;
    size_t m_gates;
};

} // namespace drover::run
