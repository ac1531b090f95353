#include "app/cli/carryout.h"

#include "app/cli/format.h"
#include "app/cli/pages.h"
#include "app/cli/runview.h"
#include "app/engine/setfile.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

Json summaryObject(const plan::Plan &plan, const QString &file)
{
    Json checks = Json::array();
    for (const plan::Check &check : plan.checks)
        checks.push_back(checkObject(check));
    return {{"plan", toStd(file)}, {"hash", toStd(plan::hashOf(plan))}, {"verdict", toStd(verdictName(plan.verdict()))},
        {"devices", plan.devices.size()}, {"skipped", plan.skipped.size()}, {"calls", plan.calls},
        {"secondsShortest", plan.eta.shortest.count() / 1000}, {"secondsLongest", plan.eta.longest.count() / 1000},
        {"secondsExpected", plan.eta.expected.count() / 1000},
        {"bottleneck", toStd(plan.eta.bottleneck)}, {"checks", std::move(checks)}};
}

QString productionNames(const plan::Plan &plan)
{
    QStringList names;
    for (const StampName &name : plan.production)
        names.append(name.text());
    return names.join(u", "_s);
}

QCoro::Task<Result<void>> checked(Session *session, engine::Engine *engine, plan::Plan plan)
{
    const Result<std::vector<plan::Check>> checks = co_await engine->check(plan, std::stop_token());
    if (!checks)
        co_return Failure(checks.error());
    for (const plan::Check &check : *checks) {
        if (check.verdict == plan::Verdict::Block)
            co_return fail(ErrorKind::Blocked, u"%1: %2"_s.arg(check.title, check.evidence), check.remedy);
        if (check.verdict == plan::Verdict::Warn)
            session->out().note(u"warning: %1: %2"_s.arg(check.title, check.evidence));
    }
    co_return Result<void>();
}

} // namespace

int presentPlan(Session &session, const plan::Plan &plan)
{
    Terminal &out = session.out();
    const QString file = session.asked().value(u"output"_s);
    if (!file.isEmpty())
        if (const Result<void> written = engine::writeFile(file, plan::toJson(plan)); !written)
            return out.error(written.error());
    if (out.json() && file.isEmpty())
        out.object(parseJson(plan::toJson(plan)).value_or(Json()));
    else if (out.json())
        out.object(summaryObject(plan, file));
    else
        showPlan(out, plan);
    if (plan.verdict() == plan::Verdict::Block)
        return out.error({.kind = ErrorKind::Blocked, .what = u"A check blocks this plan"_s, .remedy = u"See its remedy above"_s});
    if (!out.json() && !session.asked().has(u"yes"_s))
        out.line(file.isEmpty() ? u"Nothing is changed. Keep this plan with -o FILE to run it."_s
                                : u"Nothing is changed yet. Next: droverctl run %1"_s.arg(file));
    return Done;
}

Result<void> confirmed(Session &session, const plan::Plan &plan, const QString &question)
{
    Terminal &out = session.out();
    if (session.asked().has(u"yes"_s) || session.asked().has(u"dry-run"_s))
        return {};
    if (!out.canAsk())
        return fail(ErrorKind::Usage, plan.production.empty() ? u"Nobody is there to confirm this run."_s
                : u"Nobody is there to confirm this run, which touches production (%1)."_s.arg(productionNames(plan)),
            u"Confirm it with --yes."_s);
    const auto declined = [] { return fail(ErrorKind::Cancelled, u"The run was not confirmed; nothing is changed."_s); };
    if (plan.production.empty()) {
        const std::optional<QString> answer = out.ask(u"%1 [y/N]"_s.arg(question));
        return answer && answer->startsWith(u'y', Qt::CaseInsensitive) ? Result<void>() : Result<void>(declined());
    }
    const std::optional<StampName> named = StampName::parse(out.ask(u"%1 This touches production. Type %2 to do it:"_s.arg(question,
        plan.production.size() == 1 ? u"the name of the stamp, %1,"_s.arg(productionNames(plan))
                                    : u"one of the stamps' names (%1)"_s.arg(productionNames(plan)))).value_or(QString()));
    return named && std::ranges::find(plan.production, *named) != plan.production.end() ? Result<void>() : Result<void>(declined());
}

std::vector<Option> startOptions()
{
    std::vector<Option> options{{u"reason"_s, u"Why, kept with the run"_s, u"TEXT"_s}, {u"ticket"_s, u"Its ticket, kept with the run"_s, u"TEXT"_s}};
    std::ranges::copy(noticeOptions(), std::back_inserter(options));
    std::ranges::copy(probeOptions(), std::back_inserter(options));
    return options;
}

std::vector<Option> probeOptions()
{
    return {{u"probe-command"_s, u"Ask this command after each wave: 0 passes, no end within a minute pauses, all else fails the gate"_s, u"CMD"_s},
        {u"probe-url"_s, u"Ask this address after each wave: 200 passes"_s, u"URL"_s}};
}

Result<migration::Probe> probeOf(const Session &session)
{
    return migration::parseProbe(session.asked().value(u"probe-command"_s), session.asked().value(u"probe-url"_s));
}

namespace {

/// A run under other rules than the fleet's own says so where it is looked for later.
QCoro::Task<Result<void>> noteRules(Session *session, QString hash)
{
    const QString file = session->asked().value(u"rules"_s);
    if (file.isEmpty() || session->asked().has(u"dry-run"_s))
        co_return {};
    const Result<migration::Journal *> journal = co_await session->journal();
    if (!journal)
        co_return Failure(journal.error());
    const migration::Owner &who = (*journal)->owner();
    std::vector<migration::Deed> deeds(1);
    deeds.front() = {.act = u"other rules"_s, .person = who.person, .host = who.host,
        .detail = u"plan %1 is run by %2, not by the fleet's own rules"_s.arg(hash, QFileInfo(file).absoluteFilePath())};
    co_return co_await (*journal)->note(std::move(deeds));
}

} // namespace

QCoro::Task<int> carryOut(Session *session, engine::Engine *engine, plan::Plan plan)
{
    Terminal &out = session->out();
    const Result<report::NoticeTargets> targets = noticeTargets(*session);
    if (!targets)
        co_return out.error(targets.error());
    const Result<void> passed = co_await checked(session, engine, plan);
    if (!passed)
        co_return out.error(passed.error());
    const Result<migration::Probe> probe = probeOf(*session);
    if (!probe)
        co_return out.error(probe.error());
    engine->runner().useProbe(*probe);
    const bool dryRun = session->asked().has(u"dry-run"_s);
    migration::StartInfo info{.reason = session->asked().value(u"reason"_s), .ticket = session->asked().value(u"ticket"_s), .dryRun = dryRun};
    const Result<void> noted = co_await noteRules(session, plan::hashOf(plan));
    if (!noted)
        co_return out.error(noted.error());
    const Result<QString> id = co_await engine->start(plan, info);
    if (!id)
        co_return out.error(id.error());
    if (dryRun) {
        if (out.json())
            out.object({{"dryRun", true}, {"devices", plan.devices.size()}, {"calls", plan.calls}});
        else
            out.line(u"Dry run: every enrollment is as it was when the plan was made; %1 would be moved. Nothing was written."_s.arg(
                counted(static_cast<qint64>(plan.devices.size()), u"device"_s)));
        co_return Done;
    }
    co_return co_await follow(&out, &engine->runner(), *targets);
}

} // namespace drover::cli
