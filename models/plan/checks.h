#pragma once

#include "models/plan/facts.h"

namespace drover::plan {

/// What one check found; the table adds its id and title.
struct Finding {
    Verdict verdict = Verdict::Pass;
    QString evidence;
    QString remedy = {};
};

struct CheckSpec {
    const char *id;
    const char *title;
    Finding (*look)(const Facts &);
};

/// The catalogue, in the order in which a person reads it.
std::span<const CheckSpec> targetChecks();
std::span<const CheckSpec> enrollmentChecks();
std::span<const CheckSpec> deviceChecks();
std::span<const CheckSpec> ruleChecks();
std::span<const CheckSpec> blastChecks();

/// All of them; an obstacle of the draft turns its check into a block.
std::vector<Check> runChecks(const Facts &facts);

inline Finding pass(const QString &evidence)
{
    return {.verdict = Verdict::Pass, .evidence = evidence};
}
inline Finding warn(const QString &evidence, const QString &remedy)
{
    return {.verdict = Verdict::Warn, .evidence = evidence, .remedy = remedy};
}
inline Finding block(const QString &evidence, const QString &remedy)
{
    return {.verdict = Verdict::Block, .evidence = evidence, .remedy = remedy};
}
/// Sentences of several places in one finding, the worst verdict and its remedy.
Finding joined(const std::vector<Finding> &findings, const QString &whenNone);

} // namespace drover::plan
