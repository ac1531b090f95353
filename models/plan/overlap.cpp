#include "models/plan/overlap.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// What a plan writes, and the groups that it takes devices out of.
struct Touched {
    explicit Touched(const Plan &plan)
    {
        for (const Step &step : plan.steps) {
            (step.strategy == Strategy::RepointGroup ? groups : records).insert(step.enrollment.toCaseFolded());
            if (!step.group.isEmpty())
                left.insert(step.group.toCaseFolded());
        }
    }

    QSet<QString> groups;
    QSet<QString> records;
    QSet<QString> left;
};

} // namespace

QString overlap(const Plan &one, const Plan &other)
{
    const Touched theirs(other);
    for (const Step &step : one.steps) {
        const QString name = step.enrollment.toCaseFolded();
        const bool isGroup = step.strategy == Strategy::RepointGroup;
        if (isGroup && (theirs.groups.contains(name) || theirs.left.contains(name)))
            return u"group \"%1\""_s.arg(step.enrollment);
        if (!isGroup && theirs.records.contains(name))
            return u"the enrollment of %1"_s.arg(step.enrollment);
        if (!step.group.isEmpty() && theirs.groups.contains(step.group.toCaseFolded()))
            return u"group \"%1\""_s.arg(step.group);
    }
    return {};
}

} // namespace drover::plan
