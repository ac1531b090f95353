#include "app/migration/database.h"

using namespace Qt::StringLiterals;

namespace drover::migration {

Result<void> Database::run(const QString &sql, const Values &values)
{
    return each(sql, values, [](const Row &) { });
}

Result<void> Database::inTransaction(const std::function<Result<void>()> &work)
{
    if (Result<void> begun = run(beginning()); !begun)
        return begun;
    Result<void> done = work();
    if (done)
        done = run(u"COMMIT"_s);
    if (!done) {
        // After some errors the database has rolled back by itself; then this one says so and nothing is lost.
        const Result<void> undone = run(u"ROLLBACK"_s);
        Q_UNUSED(undone)
    }
    return done;
}

} // namespace drover::migration
