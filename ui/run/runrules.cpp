#include "ui/run/runrules.h"

#include "ui/common/format.h"
#include "ui/run/stateorder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

using run::DeviceState;
using run::Phase;

constexpr double hair = 1e-6;

QString tr(const char *text)
{
    return QCoreApplication::translate("RunRules", text);
}

/// Rules for a run that goes on or can go on.
QString whyNotSteered(Phase phase)
{
    if (isOver(phase))
        return tr("This run has ended.");
    return phase == Phase::Stopping ? tr("This run is being stopped already.") : QString();
}

QString whyNotRetried(const run::RunStatus &status, const RunSurroundings &around, const QString &busy)
{
    if (countOf(status.counts, DeviceState::Failed) == 0)
        return tr("No device has failed.");
    if (status.phase == Phase::Stopped || status.phase == Phase::Stopping)
        return tr("A run that was stopped tries nothing again. Plan these devices anew.");
    if (!around.takenBackBy.isEmpty())
        return tr("Run %1 has taken this one back. Plan these devices anew.").arg(around.takenBackBy);
    return busy;
}

QString whyNotUndone(const run::RunStatus &status, const QString &busy)
{
    if (!status.undoes.isEmpty())
        return tr("This run takes another one back. Move its devices again with a new plan.");
    if (status.phase != Phase::Finished && status.phase != Phase::Stopped)
        return tr("Stop it first: a run is taken back once it has ended.");
    return busy;
}

} // namespace

bool isOver(Phase phase)
{
    return phase == Phase::Stopped || phase == Phase::Finished || phase == Phase::Failed;
}

RunRules rulesOf(const run::RunStatus &status, const RunSurroundings &around)
{
    const bool otherIsBusy = !around.underWay.isEmpty() && around.underWay != status.id;
    const QString busy = otherIsBusy ? tr("Another run is under way in this window. Pause it or wait for its end.") : QString();
    const QString steered = whyNotSteered(status.phase);
    RunRules rules;
    rules.stop = rules.skip = rules.pace = steered;
    rules.resume = busy;
    rules.stopAndReturn = !steered.isEmpty() ? steered
        : status.undoes.isEmpty()            ? busy
                                             : tr("This run takes another one back: stop it, then move its devices with a new plan.");
    rules.retry = whyNotRetried(status, around, busy);
    rules.undo = whyNotUndone(status, busy);
    return rules;
}

std::optional<size_t> gateThatAsks(const run::RunStatus &status)
{
    using Verdict = run::WaveStatus::Verdict;
    if (status.phase != Phase::Paused || status.wave < 0 || status.wave + 1 >= std::ssize(status.waves))
        return std::nullopt;
    const auto wave = static_cast<size_t>(status.wave);
    const Verdict verdict = status.waves[wave].verdict;
    return verdict == Verdict::Fail || verdict == Verdict::Inconclusive ? std::optional(wave) : std::nullopt;
}

QString paceName(double share, double planned)
{
    if (std::abs(share - planned) < hair)
        return tr("normal");
    if (std::abs(share - careful) < hair)
        return tr("careful");
    return std::abs(share - urgent) < hair ? tr("urgent") : percent(share);
}

} // namespace drover::ui
