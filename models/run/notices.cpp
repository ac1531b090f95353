#include "models/run/notices.h"

using namespace Qt::StringLiterals;

namespace drover::run {
namespace {

size_t closedGates(const RunStatus &status)
{
    size_t closed = 0;
    while (closed < status.waves.size() && status.waves[closed].verdict != WaveStatus::Verdict::Open)
        ++closed;
    return closed;
}

Notice noticeOf(Notice::Kind kind, const RunStatus &status, const QString &sentence, Instant at)
{
    return {.kind = kind,
        .run = status.id,
        .title = status.title,
        .sentence = sentence,
        .at = at,
        .total = status.total,
        .verified = status.counts[static_cast<size_t>(DeviceState::Verified)],
        .failed = status.counts[static_cast<size_t>(DeviceState::Failed)]};
}

Notice::Kind kindOf(WaveStatus::Verdict verdict)
{
    switch (verdict) {
    case WaveStatus::Verdict::Fail:
        return Notice::Kind::GateFailed;
    case WaveStatus::Verdict::Inconclusive:
        return Notice::Kind::GateInconclusive;
    case WaveStatus::Verdict::Pass:
    case WaveStatus::Verdict::Open:
        break;
    }
    return Notice::Kind::GatePassed;
}

std::optional<Notice::Kind> kindOf(Phase phase)
{
    switch (phase) {
    case Phase::Paused:
        return Notice::Kind::Paused;
    case Phase::Stopped:
        return Notice::Kind::Stopped;
    case Phase::Failed:
        return Notice::Kind::Failed;
    case Phase::Finished:
        return Notice::Kind::Finished;
    case Phase::Planned:
    case Phase::Snapshot:
    case Phase::Running:
    case Phase::Gate:
    case Phase::Stopping:
        break;
    }
    return std::nullopt;
}

} // namespace

QString noticeName(Notice::Kind kind)
{
    static const std::array names {u"gate-passed"_s, u"gate-failed"_s, u"gate-inconclusive"_s, u"paused"_s, u"stopped"_s,
        u"failed"_s, u"finished"_s};
    return names.at(static_cast<size_t>(kind));
}

Notices::Notices(const RunStatus &now)
    : m_phase(now.phase)
    , m_gates(closedGates(now))
{
}

std::vector<Notice> Notices::next(const RunStatus &status)
{
    std::vector<Notice> notices;
    for (const size_t closed = closedGates(status); m_gates < closed; ++m_gates) {
        const WaveStatus &wave = status.waves[m_gates];
        notices.push_back(noticeOf(kindOf(wave.verdict), status, wave.sentence, wave.closed.value_or(status.now)));
    }
    if (const std::optional<Notice::Kind> kind = kindOf(status.phase); kind && status.phase != m_phase)
        notices.push_back(noticeOf(*kind, status, status.reason, status.ended.value_or(status.now)));
    m_phase = status.phase;
    return notices;
}

} // namespace drover::run
