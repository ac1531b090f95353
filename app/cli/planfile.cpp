#include "app/cli/planfile.h"

#include "app/engine/setfile.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

/// A million devices are about 200 MB.
constexpr qint64 largestPlan = 512 * 1024 * 1024;

} // namespace

Result<plan::Plan> readPlan(const QString &file)
{
    const Result<QByteArray> text = engine::readFile(file, largestPlan);
    if (!text)
        return Failure(text.error());
    Result<plan::Plan> plan = plan::fromJson(*text);
    if (!plan)
        return fail(ErrorKind::Usage, u"\"%1\" is not a plan that can be run: %2"_s.arg(file, plan.error().what),
            plan.error().remedy.isEmpty() ? u"Make it again with \"droverctl plan\"."_s : plan.error().remedy);
    return plan;
}

} // namespace drover::cli
