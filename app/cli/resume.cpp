#include "app/cli/carryout.h"
#include "app/cli/commands.h"
#include "app/cli/runview.h"
#include "app/cli/session.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    const Result<report::NoticeTargets> targets = noticeTargets(session);
    if (!targets)
        co_return session.out().error(targets.error());
    const Result<engine::Engine *> engine = co_await session.engine();
    if (!engine)
        co_return session.out().error(engine.error());
    const Result<migration::Probe> probe = probeOf(session);
    if (!probe)
        co_return session.out().error(probe.error());
    (*engine)->runner().useProbe(*probe);
    const Result<QString> id = co_await (*engine)->resume(session.argument());
    if (!id)
        co_return session.out().error(id.error());
    co_return co_await follow(&session.out(), &(*engine)->runner(), *targets);
}

std::vector<Option> options()
{
    std::vector<Option> all = noticeOptions();
    std::ranges::copy(probeOptions(), std::back_inserter(all));
    return all;
}

} // namespace

Command resumeCommand()
{
    return {.name = u"resume"_s, .arguments = u"RUN"_s, .positional = 1, .summary = u"Go on with a run that was paused, or whose process died"_s,
        .lesson = uR"lesson(The plan comes from the journal, the connection from --profile or --endpoints as ever. A write whose outcome is not
known is read back before anything is repeated. A probe is asked only where this command names one: it is not remembered.

  droverctl resume 7f3a)lesson"_s,
        .options = options(), .run = run};
}

} // namespace drover::cli
