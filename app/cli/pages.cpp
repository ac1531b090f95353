#include "app/cli/pages.h"

#include "app/cli/format.h"

#include <algorithm>
#include <array>
#include <numeric>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

fleet::Tone toneOf(plan::Verdict verdict)
{
    constexpr std::array tones = {fleet::Tone::Good, fleet::Tone::Warn, fleet::Tone::Bad};
    return tones.at(static_cast<size_t>(verdict));
}

/// What a gate asks for beside its share and its time.
QStringList furtherOf(const plan::Gate &gate)
{
    QStringList further;
    if (gate.soak > Duration::zero())
        further.append(u"watched for %1 more"_s.arg(shown(gate.soak)));
    if (gate.sample > 0)
        further.append(u"at least %1 online"_s.arg(counted(gate.sample, u"device"_s)));
    if (gate.connectWithin > Duration::zero())
        further.append(u"connected within %1 of being assigned"_s.arg(shown(gate.connectWithin)));
    for (const plan::FailureLimit &limit : gate.limits)
        further.append(u"at most %1 with \"%2\" in the cause"_s.arg(counted(limit.most, u"failure"_s), limit.cause));
    return further;
}

/// Where the whole run stops to ask.
void showLimits(Terminal &out, const plan::Plan &plan)
{
    const plan::BlastRadius &blast = plan.options.blast;
    QStringList limits{u"a device is waited for for %1"_s.arg(shown(plan.options.deadline))};
    if (blast.mostFailed > 0)
        limits.append(u"at most %1 failed"_s.arg(grouped(blast.mostFailed)));
    if (blast.mostPerStamp > 0)
        limits.append(u"at most %1 failed or under way to a stamp"_s.arg(grouped(blast.mostPerStamp)));
    if (blast.mostAnHour > 0)
        limits.append(u"at most %1 an hour"_s.arg(grouped(blast.mostAnHour)));
    out.line(u"  limits   "_s + limits.join(u"; "_s));
}

void showWaves(Terminal &out, const plan::Plan &plan)
{
    int number = 0;
    for (const plan::Wave &wave : plan.waves)
        out.line(u"  wave %1   %2, then a gate: "_s.arg(++number).arg(counted(wave.devices, u"device"_s))
            + (QStringList{u"%1 verified within %2"_s.arg(percentGiven(wave.gate.success), shown(wave.gate.within))} + furtherOf(wave.gate))
                  .join(u"; "_s));
    showLimits(out, plan);
}

void showRequests(Terminal &out, const plan::Plan &plan)
{
    for (const plan::Request &request : plan.requests)
        out.line(u"  %1 × %2 %3  (%4)"_s.arg(grouped(request.count), request.method, request.url, request.why));
}

QString verdictOf(const run::WaveStatus &wave)
{
    constexpr std::array names = {"open", "pass", "fail", "inconclusive"};
    return QString::fromLatin1(names.at(static_cast<size_t>(wave.verdict)));
}

} // namespace

plan::Verdict verdictOf(const std::vector<plan::Check> &checks)
{
    plan::Verdict worst = plan::Verdict::Pass;
    for (const plan::Check &check : checks)
        worst = std::max(worst, check.verdict);
    return worst;
}

void showStamps(Terminal &out, const std::vector<fleet::Stamp> &stamps, bool noneSeen)
{
    if (out.json()) {
        for (const fleet::Stamp &stamp : stamps)
            out.object(stampObject(stamp, noneSeen));
        return;
    }
    std::vector<QStringList> rows;
    for (const fleet::Stamp &stamp : stamps)
        rows.push_back(stampCells(stamp, noneSeen));
    out.table({{u"STAMP"_s}, {u"RING"_s}, {u"REGION"_s}, {u"HUB"_s}, {u"DEVICES"_s, true}, {u"CEILING"_s, true}, {u"FULL"_s, true},
                  {u"CONNECTED"_s, true}, {u"ARRIVING"_s, true}, {u"STATE"_s}},
        rows);
}

void showGaps(Terminal &out, const fleet::Fleet &fleet)
{
    for (const fleet::Gap &gap : fleet.gaps)
        out.note(u"not seen: %1, because %2"_s.arg(gap.what, gap.why));
}

void showChecks(Terminal &out, const std::vector<plan::Check> &checks)
{
    for (const plan::Verdict verdict : {plan::Verdict::Block, plan::Verdict::Warn}) {
        for (const plan::Check &check : checks) {
            if (check.verdict != verdict)
                continue;
            out.line(u"  %1  %2: %3"_s.arg(out.painted(toneOf(verdict), verdictName(verdict).leftJustified(5)), check.title, check.evidence));
            if (!check.remedy.isEmpty())
                out.line(u"         "_s + check.remedy);
        }
    }
    const auto passed = std::ranges::count(checks, plan::Verdict::Pass, &plan::Check::verdict);
    out.line(u"  %1  %2 of %3 checks"_s.arg(out.painted(fleet::Tone::Good, u"pass "_s)).arg(passed).arg(checks.size()));
}

void showPlan(Terminal &out, const plan::Plan &plan)
{
    for (const plan::MoveSummary &move : plan.summaries)
        out.line(u"%1: %2 → %3 · %4 · %5"_s.arg(move.set, move.from, move.to.text(), counted(move.devices, u"device"_s), move.how));
    if (!plan.skipped.empty())
        out.line(u"Stay: %1"_s.arg(plan::whyTheyStay(plan)));
    out.line();
    out.line(u"Checks"_s);
    showChecks(out, plan.checks);
    out.line();
    out.line(u"Waves"_s);
    showWaves(out, plan);
    out.line();
    out.line(u"Requests (about %1 in all: looks are repeated while devices are waited for)"_s.arg(grouped(plan.calls)));
    showRequests(out, plan);
    out.line();
    out.line(u"Time      %1 to %2, limited by %3"_s.arg(shown(plan.eta.shortest), shown(plan.eta.longest), plan.eta.bottleneck));
    for (const QString &note : plan.notes)
        out.line(u"Note      "_s + note);
    out.line(u"Hash      "_s + plan::hashOf(plan));
}

void showStatus(Terminal &out, const run::RunStatus &status)
{
    const QString phase = run::phaseName(status.phase);
    out.line(u"Run %1: %2, %3"_s.arg(status.id, status.title,
        status.reason.startsWith(phase)     ? status.reason
            : status.reason.isEmpty() ? phase
                                      : u"%1 (%2)"_s.arg(phase, status.reason)));
    if (!status.undoes.isEmpty())
        out.line(u"  takes run %1 back"_s.arg(status.undoes));
    for (int state = 0; state < run::stateCount; ++state)
        if (const int count = status.counts.at(static_cast<size_t>(state)); count > 0)
            out.line(u"  %1 %2"_s.arg(run::stateName(static_cast<run::DeviceState>(state)).leftJustified(12), grouped(count).rightJustified(9)));
    out.line(u"  %1 %2"_s.arg(u"in all"_s.leftJustified(12), grouped(status.total).rightJustified(9)));
    for (const run::WaveStatus &wave : status.waves) {
        if (wave.verdict != run::WaveStatus::Verdict::Open)
            out.line(u"  "_s + wave.sentence);
    }
    for (const run::FailureCause &failure : status.failures)
        out.line(u"  %1 failed: %2%3. %4"_s.arg(counted(failure.devices, u"device"_s), failure.cause,
            failure.example.isEmpty() ? QString() : u" (%1)"_s.arg(failure.example), failure.remedy));
    for (const run::Crossing &crossing : status.crossings)
        out.line(u"  %1 %2 → %3, %4 %5 → %6"_s.arg(crossing.from, grouped(crossing.fromBefore), grouped(crossing.fromNow), crossing.to,
            grouped(crossing.toBefore), grouped(crossing.toNow)));
    if (status.ended)
        out.line(u"  took %1%2"_s.arg(shown(*status.ended - status.started),
            status.calls > 0 ? u", %1 in this process"_s.arg(counted(status.calls, u"call"_s)) : QString()));
}

Json checkObject(const plan::Check &check)
{
    return {{"check", toStd(check.id)}, {"title", toStd(check.title)}, {"verdict", toStd(verdictName(check.verdict))},
        {"evidence", toStd(check.evidence)}, {"remedy", toStd(check.remedy)}};
}

Json statusObject(const run::RunStatus &status)
{
    Json counts = Json::object();
    for (int state = 0; state < run::stateCount; ++state)
        counts[toStd(run::stateName(static_cast<run::DeviceState>(state)))] = status.counts.at(static_cast<size_t>(state));
    Json waves = Json::array();
    for (const run::WaveStatus &wave : status.waves)
        waves.push_back({{"devices", wave.devices}, {"verdict", toStd(verdictOf(wave))}, {"sentence", toStd(wave.sentence)}});
    Json failures = Json::array();
    for (const run::FailureCause &failure : status.failures)
        failures.push_back({{"cause", toStd(failure.cause)}, {"remedy", toStd(failure.remedy)}, {"devices", failure.devices}, {"example", toStd(failure.example)}});
    return {{"run", toStd(status.id)}, {"title", toStd(status.title)}, {"undoes", toStd(status.undoes)}, {"pace", status.pace}, {"phase", toStd(run::phaseName(status.phase).toLower())},
        {"reason", toStd(status.reason)}, {"started", iso(status.started)}, {"now", iso(status.now)}, {"devices", status.total},
        {"counts", std::move(counts)}, {"wave", status.wave}, {"waves", std::move(waves)}, {"failures", std::move(failures)},
        {"perMinute", status.rate}, {"limit", toStd(status.limitName)}, {"calls", status.calls}, {"slowed", toStd(status.slowed)},
        {"secondsLeft", status.left ? Json(status.left->count() / 1000) : Json()}};
}

} // namespace drover::cli
