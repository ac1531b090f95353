#include "app/migration/follower.h"

#include "app/migration/replay.h"

namespace drover::migration {

Follower::Follower() = default;
Follower::~Follower() = default;

Result<run::RunStatus> Follower::statusOf(JournalStore &store, const QString &run)
{
    const auto found = m_known.find(run);
    Known known = found == m_known.end() ? Known() : std::move(found->second);
    if (found != m_known.end())
        m_known.erase(found);
    const Result<StoredRun> stored = store.load(run, known.records);
    if (!stored)
        return Failure(stored.error());
    if (!known.machine) {
        Result<std::unique_ptr<run::RunMachine>> machine = replayed(*stored);
        if (!machine)
            return Failure(machine.error());
        known.machine = *std::move(machine);
    } else if (const Result<void> fed = feed(*known.machine, stored->records); !fed) {
        return Failure(fed.error());
    }
    known.records += static_cast<qint64>(stored->records.size());
    run::RunStatus status = statusOfEntry(stored->entry, *known.machine);
    if (stored->entry.owned && !known.machine->atRest())
        m_known.insert_or_assign(stored->entry.id, std::move(known));
    return status;
}

} // namespace drover::migration
