#include "app/migration/crossing.h"

#include "models/plan/overlap.h"

using namespace Qt::StringLiterals;

namespace drover::migration {

QCoro::Task<Result<void>> crossesNone(Journal &journal, const plan::Plan &plan, QString itself)
{
    const Result<std::vector<RunEntry>> runs = co_await journal.runs();
    if (!runs)
        co_return Failure(runs.error());
    for (const RunEntry &entry : *runs) {
        if (entry.ended || entry.id == itself)
            continue;
        // One that cannot be read cannot be resumed either.
        const Result<plan::Plan> other = co_await journal.plan(entry.id);
        const QString shared = other ? plan::overlap(plan, *other) : QString();
        if (!shared.isEmpty())
            co_return fail(ErrorKind::Blocked, u"Run %1 (%2) has not ended and writes %3, too."_s.arg(entry.id, entry.title, shared),
                u"Wait for its end, or stop it for good: droverctl stop %1"_s.arg(entry.id));
    }
    co_return {};
}

QCoro::Task<QString> groupTurnedAway(Effects &effects, const run::RunMachine &machine, int wave)
{
    for (size_t index = 0; index < machine.plan().steps.size(); ++index) {
        const plan::Step step = machine.plan().steps[index];
        if (step.strategy != plan::Strategy::RepointGroup || step.wave >= wave
            || machine.fate(static_cast<run::StepIndex>(index)) != plan::Trace::Write::Done)
            continue;
        const run::ReadBackDone now = co_await effects.readBack(static_cast<run::StepIndex>(index));
        if (now.verdict == run::ReadVerdict::AsBefore || now.verdict == run::ReadVerdict::Different) {
            co_return u"Group %1 is no longer as this run wrote it, naming %2: somebody changed it. Put it back and resume, or stop."_s.arg(
                step.enrollment, step.target.text());
        }
    }
    co_return QString();
}

} // namespace drover::migration
