#include "models/plan/checks.h"

#include "models/core/words.h"

#include <QStringList>

#include <array>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// Many small reasons become one readable sentence.
constexpr qsizetype mostSentences = 6;

Finding blockedBy(const std::vector<const Obstacle *> &obstacles)
{
    QStringList sentences;
    for (const Obstacle *obstacle : obstacles) {
        if (sentences.size() == mostSentences) {
            sentences.append(
                u"and %1"_s.arg(counted(static_cast<qint64>(obstacles.size()) - mostSentences, u"more reason"_s)));
            break;
        }
        sentences.append(obstacle->devices == 0
                ? obstacle->reason
                : u"%1 (%2%3): %4"_s.arg(counted(obstacle->devices, u"device"_s),
                      obstacle->devices == 1 ? QString() : u"first "_s, obstacle->example, obstacle->reason));
    }
    return block(sentences.join(u"; "_s) + u'.', obstacles.front()->remedy);
}

Check runOne(const CheckSpec &spec, const Facts &facts)
{
    const QString id = QString::fromLatin1(spec.id);
    std::vector<const Obstacle *> obstacles;
    for (const Obstacle &obstacle : facts.obstacles) {
        if (obstacle.check == id)
            obstacles.push_back(&obstacle);
    }
    Finding finding = obstacles.empty() ? spec.look(facts) : blockedBy(obstacles);
    return {.id = id,
        .title = QString::fromUtf8(spec.title),
        .verdict = finding.verdict,
        .evidence = std::move(finding.evidence),
        .remedy = std::move(finding.remedy)};
}

} // namespace

Finding joined(const std::vector<Finding> &findings, const QString &whenNone)
{
    if (findings.empty())
        return pass(whenNone);
    Finding worst;
    QStringList sentences;
    for (const Finding &finding : findings) {
        if (finding.verdict > worst.verdict) {
            worst.verdict = finding.verdict;
            worst.remedy = finding.remedy;
        }
        if (sentences.size() < mostSentences)
            sentences.append(finding.evidence);
    }
    worst.evidence = sentences.join(u' ');
    return worst;
}

std::vector<Check> runChecks(const Facts &facts)
{
    std::vector<Check> checks;
    for (const std::span<const CheckSpec> part : {targetChecks(), enrollmentChecks(), deviceChecks(), ruleChecks(), blastChecks()}) {
        for (const CheckSpec &spec : part)
            checks.push_back(runOne(spec, facts));
    }
    return checks;
}

} // namespace drover::plan
