#pragma once

#include "app/migration/journalstore.h"

#include <map>

namespace drover::run {
class RunMachine;
}

namespace drover::migration {

/// How runs stand that somebody carries out: whoever watches one replays only what is new.
class Follower final {
public:
    Follower();
    ~Follower();

    Result<run::RunStatus> statusOf(JournalStore &store, const QString &run);

private:
    struct Known {
        std::unique_ptr<run::RunMachine> machine;
        qint64 records = 0;
    };

    std::map<QString, Known> m_known;
};

} // namespace drover::migration
