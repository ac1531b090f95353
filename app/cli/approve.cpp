#include "app/cli/commands.h"
#include "app/cli/pages.h"
#include "app/cli/planfile.h"
#include "app/cli/session.h"
#include "app/engine/approval.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

QCoro::Task<int> run(Session &session)
{
    Terminal &out = session.out();
    const Result<plan::Plan> plan = readPlan(session.argument());
    if (!plan)
        co_return out.error(plan.error());
    const Result<migration::Journal *> journal = co_await session.journal();
    if (!journal)
        co_return out.error(journal.error());
    if (!session.asked().has(u"yes"_s)) {
        if (!out.canAsk())
            co_return out.error({.kind = ErrorKind::Usage, .what = u"Nobody is there to approve this plan."_s, .remedy = u"Approve it with --yes."_s});
        showPlan(out, *plan);
        const std::optional<QString> answer = out.ask(u"Do you approve exactly this plan? [y/N]"_s);
        if (!answer || !answer->startsWith(u'y', Qt::CaseInsensitive))
            co_return out.error({.kind = ErrorKind::Usage, .what = u"The plan was not approved."_s});
    }
    const migration::Owner &person = (*journal)->owner();
    const migration::Deed deed = engine::approvalOf(*plan, person, session.asked().value(u"reason"_s));
    const Result<void> noted = co_await (*journal)->note({deed});
    if (!noted)
        co_return out.error(noted.error());
    if (out.json())
        out.object({{"approved", toStd(deed.detail)}, {"by", toStd(person.person)}});
    else
        out.line(u"%1 approved plan %2. Anybody else may run it now."_s.arg(person.person, deed.detail));
    co_return Done;
}

} // namespace

Command approveCommand()
{
    return {.name = u"approve"_s, .arguments = u"PLAN"_s, .positional = 1, .summary = u"Approve a plan for somebody else to run, where a stamp asks for two persons"_s,
        .lesson = uR"lesson(The approval counts for the plan with exactly this hash and stands in the journal's audit, so both persons need the same
journal. Whoever approved a plan cannot be the only one who did and run it too. The way back of a run needs no approval.

  droverctl --journal postgres://ada@journals/drover approve meters.plan --reason "reviewed with the site")lesson"_s,
        .options = {{u"yes"_s, u"Do not show the plan and ask"_s}, {u"reason"_s, u"Kept with the approval"_s, u"TEXT"_s}}, .run = run};
}

} // namespace drover::cli
